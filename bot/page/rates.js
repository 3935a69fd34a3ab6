// Computes bytes per second from repeated readings of counters.

const kLeastMilliseconds = 1000;   // shorter intervals are too coarse: the last rate is kept
const kMostMilliseconds = 30000;   // longer: the page was hidden or the gateway down, so no rate

export class Rates {
  #last = new Map();

  // Takes the counters at `now` (milliseconds). Forgets entries that are not in `items`.
  observe(items, keyOf, now) {
    const next = new Map();
    for (const item of items) {
      const key = keyOf(item);
      next.set(key, advanced(this.#last.get(key), item, now));
    }
    this.#last = next;
  }

  // Returns {in, out}, with NaN for an unknown rate.
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

// A counter that went back means that the gateway was restarted.
function perSecond(difference, milliseconds) {
  return difference >= 0 ? difference * 1000 / milliseconds : NaN;
}
