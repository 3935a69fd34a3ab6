// Calls `ask` every two seconds while the page is visible, and less often while it fails.

const kIntervalMilliseconds = 2000;
const kLongestMilliseconds = 15000;

export class Poller {
  #ask;
  #timer = 0;
  #failures = 0;
  #running = false;  // started; pauses while the page is hidden
  #asking = false;
  #again = false;

  // ask() resolves to true on success, and never rejects.
  constructor(ask) {
    this.#ask = ask;
    document.addEventListener('visibilitychange', () => this.now());
    addEventListener('online', () => this.now());
    addEventListener('pageshow', () => this.now());
  }

  start() {
    this.#running = true;
    this.#failures = 0;
    this.now();
  }

  stop() {
    this.#running = false;
    clearTimeout(this.#timer);
  }

  // Asks at once, or as soon as the current question is answered.
  async now() {
    clearTimeout(this.#timer);
    if (!this.#running || document.hidden) return;
    if (this.#asking) {
      this.#again = true;
      return;
    }
    this.#asking = true;
    const well = await this.#ask();
    this.#asking = false;
    this.#failures = well ? 0 : this.#failures + 1;
    if (this.#again) {
      this.#again = false;
      this.now();
    } else if (this.#running) {
      this.#timer = setTimeout(() => this.now(), this.#delay());
    }
  }

  #delay() {
    return Math.min(kIntervalMilliseconds * 2 ** Math.max(0, this.#failures - 1),
                    kLongestMilliseconds);
  }
}
