// The texts on the page that stand out from what is behind them by less than 4.5 (WCAG 2, AA), or 3
// where they are large; and the lines of the chart by less than 3.
const channels = (color) => {
  const match = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/.exec(color);
  if (!match) throw new Error(`not a colour that is understood: ${color}`);
  return {rgb: match.slice(1, 4).map(Number), alpha: match[4] === undefined ? 1 : Number(match[4])};
};
const luminance = (rgb) => {
  const [r, g, b] = rgb.map((value) => value / 255)
    .map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const behind = (node) => {
  for (let at = node; at; at = at.parentElement) {
    const {rgb, alpha} = channels(getComputedStyle(at).backgroundColor);
    if (alpha === 1) return rgb;
    if (alpha > 0) throw new Error(`a half transparent ground behind ${at.outerHTML}`);
  }
  throw new Error('no ground');
};
const contrast = (color, node) => {
  const lights = [luminance(channels(color).rgb), luminance(behind(node))].sort((a, b) => b - a);
  return (lights[0] + 0.05) / (lights[1] + 0.05);
};

const poor = [];
let looked = 0;
const look = (node, color, least, what) => {
  ++looked;
  const found = contrast(color, node);
  if (found < least) poor.push(`${found.toFixed(2)}: ${what}`);
};
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const parent = walker.currentNode.parentElement;
  const text = walker.currentNode.textContent.trim();
  if (text === '' || !parent.checkVisibility() || parent.closest('script, noscript, option')) continue;
  const style = getComputedStyle(parent);
  const size = parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  look(parent, parent.closest('svg') ? style.fill : style.color, large ? 3 : 4.5, text);
}
for (const line of document.querySelectorAll('.series')) {
  look(line.closest('.card'), getComputedStyle(line).stroke, 3, line.getAttribute('class'));
}
return {looked, poor};
