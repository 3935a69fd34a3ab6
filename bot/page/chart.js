// Draws throughput over time as an SVG: two series, an axis with units, and a moment that the
// pointer or the arrow keys select.
import {setText} from './dom.js';
import {duration, rate, roundRate} from './format.js';

const kSvg = 'http://www.w3.org/2000/svg';
const kHeight = 200;
const kEdge = {left: 74, right: 12, top: 12, bottom: 26};
const kSpans = [60, 240, 600, 1200, 3600];  // lengths of the time axis, in seconds
const kLeastTop = 1000;                     // bytes per second; an idle gateway is a flat line
const kSeries = ['in', 'out'];

function element(name, attributes, parent) {
  const node = document.createElementNS(kSvg, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  parent?.append(node);
  return node;
}

// Returns the next number from `value` upwards that is 1, 2 or 5 times a power of ten.
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].find((step) => step * power >= value * 0.999999) * power;
}

function numbers(samples) {
  return Array.isArray(samples) ? samples.map((value) => Number.isFinite(value) ? value : 0) : [];
}

export class Chart {
  #parent;
  #moment;
  #about;
  #svg;
  #grid;
  #paths = {};
  #cursor;
  #data = {in: [], out: [], interval: 2};
  #back = null;  // the selected sample, counted back from the last one; null: none
  #width = 0;

  // Draws into `parent`, following its width. Writes the selected moment into `moment`, and a
  // summary for screen readers into `about`.
  constructor(parent, moment, about) {
    this.#parent = parent;
    this.#moment = moment;
    this.#about = about;
    this.#svg = element('svg', {
      tabindex: 0, role: 'slider', 'aria-label': 'Throughput over time',
      'aria-describedby': about.id, height: kHeight,
    }, parent);
    this.#grid = element('g', {class: 'grid', 'aria-hidden': 'true'}, this.#svg);
    for (const name of kSeries) {
      this.#paths[name] = {
        area: element('path', {class: `area ${name}`}, this.#svg),
        line: element('path', {class: `series ${name}`, 'data-series': name}, this.#svg),
      };
    }
    this.#cursor = element('path', {class: 'cursor'}, this.#svg);
    this.#listen();
  }

  show(throughput) {
    const inward = numbers(throughput?.in);
    const outward = numbers(throughput?.out);
    const length = Math.min(inward.length, outward.length);
    const interval = throughput?.interval;
    this.#data = {
      in: inward.slice(-length || inward.length),
      out: outward.slice(-length || outward.length),
      interval: Number.isFinite(interval) && interval > 0 ? interval : 2,
    };
    this.#draw();
  }

  get last() {
    return {in: this.#data.in.at(-1), out: this.#data.out.at(-1)};
  }

  #listen() {
    new ResizeObserver(() => {
      if (this.#parent.clientWidth !== this.#width) this.#draw();
    }).observe(this.#parent);
    this.#svg.addEventListener('pointermove', (event) => {
      const x = event.clientX - this.#svg.getBoundingClientRect().left;
      this.#look(Math.round((this.#right - x) / this.#step));
    });
    this.#svg.addEventListener('pointerleave', () => this.#look(null));
    this.#svg.addEventListener('blur', () => this.#look(null));
    this.#svg.addEventListener('keydown', (event) => {
      const back = {
        ArrowLeft: (this.#back ?? -1) + 1, ArrowRight: (this.#back ?? 1) - 1,
        Home: this.#data.in.length - 1, End: 0, Escape: null,
      }[event.key];
      if (back === undefined) return;
      event.preventDefault();
      this.#look(back);
    });
  }

  get #right() {
    return this.#width - kEdge.right;
  }

  get #span() {
    const seconds = (this.#data.in.length - 1) * this.#data.interval;
    return kSpans.find((span) => span >= seconds) ?? seconds;
  }

  get #step() {
    return (this.#right - kEdge.left) * this.#data.interval / this.#span;
  }

  #draw() {
    this.#width = this.#parent.clientWidth;
    if (this.#width === 0) return;
    this.#svg.setAttribute('width', this.#width);
    this.#svg.setAttribute('viewBox', `0 0 ${this.#width} ${kHeight}`);
    const most = Math.max(kLeastTop, ...this.#data.in, ...this.#data.out);
    const unit = roundUp(most / 4);
    const top = Math.ceil(most / unit * 0.999999) * unit;
    this.#drawGrid(top, unit);
    const bottom = kHeight - kEdge.bottom;
    for (const name of kSeries) {
      const points = this.#data[name].map((value, index) => [
        this.#right - (this.#data[name].length - 1 - index) * this.#step,
        bottom - value / top * (bottom - kEdge.top),
      ]);
      const line = points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L');
      this.#paths[name].line.setAttribute('d', line && `M${line}`);
      this.#paths[name].area.setAttribute(
        'd', line && `M${points[0][0].toFixed(1)} ${bottom}L${line}L${this.#right} ${bottom}Z`);
    }
    setText(this.#about, `${this.#summary()} The arrow keys show a single moment.`);
    this.#look(this.#back);
  }

  #drawGrid(top, unit) {
    const bottom = kHeight - kEdge.bottom;
    this.#grid.replaceChildren();
    for (let value = 0; value <= top * 1.000001; value += unit) {
      const y = bottom - value / top * (bottom - kEdge.top);
      element('path', {d: `M${kEdge.left} ${y.toFixed(1)}H${this.#right}`}, this.#grid);
      element('text', {x: kEdge.left - 8, y: (y + 4).toFixed(1), 'text-anchor': 'end'},
              this.#grid).textContent = value === 0 ? '0' : roundRate(value);
    }
    for (const part of [1, 0.5, 0]) {
      const x = this.#right - part * (this.#right - kEdge.left);
      const text = element('text', {
        x: x.toFixed(1), y: kHeight - 6,
        'text-anchor': part === 1 ? 'start' : part === 0 ? 'end' : 'middle',
      }, this.#grid);
      text.textContent = part === 0 ? 'now' : duration(part * this.#span) + (part === 1 ? ' ago' : '');
    }
  }

  #summary() {
    const {in: inward, out: outward, interval} = this.#data;
    if (inward.length === 0) return 'Nothing has been measured yet.';
    return `In the last ${duration(inward.length * interval)} at most ` +
      `${rate(Math.max(...inward))} to the services, ${rate(Math.max(...outward))} from them.`;
  }

  // Selects the sample that is `back` samples before the last one.
  #look(back) {
    const length = this.#data.in.length;
    this.#back = back === null || length === 0 ? null : Math.min(Math.max(back, 0), length - 1);
    const at = this.#back ?? 0;
    this.#cursor.setAttribute('d', this.#back === null ? '' :
      `M${(this.#right - at * this.#step).toFixed(1)} ${kEdge.top}V${kHeight - kEdge.bottom}`);
    setText(this.#moment, this.#back === null ? this.#summary() : this.#textOf(at));
    this.#svg.setAttribute('aria-valuemin', 1 - Math.max(length, 1));
    this.#svg.setAttribute('aria-valuemax', 0);
    this.#svg.setAttribute('aria-valuenow', -at || 0);
    this.#svg.setAttribute('aria-valuetext', length === 0 ? 'nothing measured' : this.#textOf(at));
  }

  #textOf(back) {
    const when = back === 0 ? 'now' : `${duration(back * this.#data.interval)} ago`;
    return `${when}: ${rate(this.#data.in.at(-1 - back))} to the services, ` +
      `${rate(this.#data.out.at(-1 - back))} from them`;
  }
}
