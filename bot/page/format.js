// Formats numbers, times and names for people. Unknown values (absent, not a number) become a dash.

const kUnknown = '–';
const kMostCharacters = 200;
const kBytes = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

// Characters that could hide or reorder other text: control, bidirectional and zero-width
// characters, tags and lone surrogates. Not the joiner inside an emoji.
const kDeceptive = new RegExp(
  '[\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u115f\\u1160\\u180e\\u200b\\u200c\\u200e\\u200f' +
  '\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff9-\\ufffb\\u{e0000}-\\u{e007f}' +
  '\\p{Surrogate}]|(?<!\\p{Extended_Pictographic}\\ufe0f?\\p{Emoji_Modifier}?)\\u200d', 'gu');
const kPiledMarks = /(\p{M}{3})\p{M}+/gu;

// Makes a stranger's text safe to show: replaces deceptive characters and cuts long text.
export function clean(text) {
  if (typeof text !== 'string') return '';
  const shown = text.replace(kDeceptive, '\ufffd').replace(kPiledMarks, '$1');
  const characters = Array.from(shown);
  return characters.length <= kMostCharacters
    ? shown : characters.slice(0, kMostCharacters).join('') + '…';
}

export function shortKey(key) {
  return clean(key).slice(0, 8).toUpperCase();
}

// Returns a number with three significant digits and its unit.
function scaled(value, units) {
  let step = 0;
  while (value >= 999.5 && step < units.length - 1) {
    value /= 1000;
    ++step;
  }
  const digits = step === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)}\u00a0${units[step]}`;
}

export function bytes(value) {
  return Number.isFinite(value) ? scaled(value, kBytes) : kUnknown;
}

// Formats round values, as on an axis: "500 kB/s", "1 MB/s".
export function roundRate(value) {
  return rate(value).replace(/\.0+(?=\u00a0)|(\.\d+?)0+(?=\u00a0)/, '$1');
}

export function rate(value) {
  return Number.isFinite(value) ? `${scaled(value, kBytes)}/s` : kUnknown;
}

export function count(value) {
  return Number.isFinite(value) ? value.toLocaleString('en').replaceAll(',', '\u202f') : kUnknown;
}

export function milliseconds(value) {
  if (!Number.isFinite(value)) return kUnknown;
  return `${value.toFixed(value < 10 ? 1 : 0)}\u00a0ms`;
}

export function percent(share) {
  if (!Number.isFinite(share)) return kUnknown;
  const value = share * 100;
  return `${value.toFixed(value > 0 && value < 10 ? 1 : 0)}\u00a0%`;
}

// Returns the two largest units of a time: "3 h 5 min".
export function duration(seconds) {
  if (!Number.isFinite(seconds)) return kUnknown;
  const whole = Math.max(0, Math.floor(seconds));
  const units = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];
  const largest = units.findIndex(([size]) => whole >= size);
  if (largest < 0) return '0\u00a0s';
  const [size, name] = units[largest];
  const first = `${Math.floor(whole / size)}\u00a0${name}`;
  // Leave out seconds beside minutes, because a text that changes all the time distracts.
  if (largest >= 2) return first;
  const [nextSize, nextName] = units[largest + 1];
  const second = Math.floor((whole % size) / nextSize);
  return second === 0 ? first : `${first} ${second}\u00a0${nextName}`;
}

export function clock(unixSeconds) {
  const date = new Date(unixSeconds * 1000);
  return Number.isNaN(date.getTime()) ? kUnknown : date.toLocaleTimeString([], {hourCycle: 'h23'});
}

export function date(unixSeconds) {
  const moment = new Date(unixSeconds * 1000);
  return Number.isNaN(moment.getTime()) ? '' : moment.toLocaleString([], {hourCycle: 'h23'});
}

// "1 connection", "2 connections".
export function plural(value, word) {
  return `${count(value)} ${word}${value === 1 ? '' : 's'}`;
}

// Quotes the word if the gateway's command language needs that to take it as one word.
function quoteWord(word) {
  return /^[^ \t"'\\]+$/.test(word) ? word : `"${word.replace(/["\\]/g, '\\$&')}"`;
}

export function joinWords(words) {
  return words.map(quoteWord).join(' ');
}
