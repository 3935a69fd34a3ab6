// Bytes a second from counters that are seen again and again.

const kLeastMilliseconds = 1000;   // less is measured too coarsely: the last rate stands
const kMostMilliseconds = 30000;   // the page was hidden or the gateway away: no rate of now

export class Rates {
  #last = new Map();

  // What was counted at `now` (milliseconds). Entries that are not in `items` are forgotten.
  observe(items, keyOf, now) {
    const next = new Map();
    for (const item of items) {
      const key = keyOf(item);
      next.set(key, advanced(this.#last.get(key), item, now));
    }
    this.#last = next;
  }

  // {in, out}, or NaN where nothing is known yet.
  of(key) {
    return this.#last.get(key)?.rate ?? {in: NaN, out: NaN};
  }
}

function advanced(last, item, now) {
  const seen = {in: item.bytes_in, out: item.bytes_out, at: now, rate: {in: NaN, out: NaN}};
  if (!last) return seen;
  const elapsed = now - last.at;
  if (elapsed < kLeastMilliseconds) return last;
  if (elapsed > kMostMilliseconds) return seen;
  seen.rate = {in: perSecond(seen.in - last.in, elapsed), out: perSecond(seen.out - last.out, elapsed)};
  return seen;
}

// A counter that went back belongs to a gateway that was started anew.
function perSecond(difference, milliseconds) {
  return difference >= 0 ? difference * 1000 / milliseconds : NaN;
}
