// Asks the gateway. The token comes from the link's fragment, which browsers send to nobody, and is
// kept for this tab alone.

const kStored = 'ngcshare-token';
const kPatienceMilliseconds = 10000;

// The token is missing or not the right one.
export class Unauthorised extends Error {}
// There was no answer.
export class Unreachable extends Error {}

function remember(token) {
  try {
    if (token) sessionStorage.setItem(kStored, token);
    else sessionStorage.removeItem(kStored);
  } catch {
    // Storage may be forbidden; then the token lasts until the page is loaded anew.
  }
}

function remembered() {
  try {
    return sessionStorage.getItem(kStored) ?? '';
  } catch {
    return '';
  }
}

export class Api {
  #token = '';

  constructor() {
    this.#token = remembered();
    this.takeFragment();
  }

  // Empty: there is none.
  get token() {
    return this.#token;
  }

  // Takes the token out of the location, where it would be seen and bookmarked. Tells whether there
  // was one.
  takeFragment() {
    // A plus is itself here, not a space as in a form.
    const fragment = location.hash.slice(1).replaceAll('+', '%2B');
    const token = new URLSearchParams(fragment).get('token');
    if (token === null) return false;
    history.replaceState(null, '', location.pathname + location.search);
    this.setToken(token);
    return true;
  }

  setToken(token) {
    // What no header can carry is no token; fetch() would throw as if the gateway were away.
    this.#token = /^[\x21-\x7e]+$/.test(token.trim()) ? token.trim() : '';
    remember(this.#token);
  }

  async status() {
    const answer = await this.#fetch('api/status', {});
    if (!answer.ok) throw new Error(`the gateway answered ${answer.status}`);
    const status = await answer.json();
    if (typeof status !== 'object' || status === null) throw new Error('no status in the answer');
    return status;
  }

  // {ok, text}: what the gateway says to a command line; a refusal is an answer too.
  async command(line) {
    try {
      const answer = await this.#fetch('api/command', {
        method: 'POST',
        headers: {'Content-Type': 'application/json'},
        body: JSON.stringify({command: line}),
      });
      if (answer.status === 403) return {ok: false, text: 'This token may only look.'};
      if (!answer.ok) return {ok: false, text: `The gateway answered ${answer.status}.`};
      const said = await answer.json();
      return {ok: said.ok === true, text: String(said.text ?? '')};
    } catch (problem) {
      if (problem instanceof Unauthorised) throw problem;
      return {ok: false, text: 'The gateway gave no answer; what was asked may have been done.'};
    }
  }

  async #fetch(path, options) {
    let answer;
    try {
      answer = await fetch(path, {
        ...options,
        headers: {...options.headers, Authorization: `Bearer ${this.#token}`},
        cache: 'no-store',
        credentials: 'omit',
        redirect: 'error',
        referrerPolicy: 'no-referrer',
        signal: AbortSignal.timeout(kPatienceMilliseconds),
      });
    } catch {
      throw new Unreachable();
    }
    if (answer.status === 401) throw new Unauthorised();
    return answer;
  }
}
