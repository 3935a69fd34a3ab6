// Sends requests to the gateway. The token comes from the link's fragment, which browsers never
// send, and is kept for this tab only.

const kStored = 'ngcshare-token';
const kPatienceMilliseconds = 10000;

// The token is missing or wrong.
export class Unauthorised extends Error {}
// The gateway did not answer.
export class Unreachable extends Error {}

function remember(token) {
  try {
    if (token) sessionStorage.setItem(kStored, token);
    else sessionStorage.removeItem(kStored);
  } catch {
    // Storage may be forbidden. Then the token lasts until the page is reloaded.
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

  // '' if there is none.
  get token() {
    return this.#token;
  }

  // Takes the token and removes it from the address, where it could be seen and bookmarked. Returns
  // true if there was one.
  takeFragment() {
    // '+' means itself here, not a space as in a form.
    const fragment = location.hash.slice(1).replaceAll('+', '%2B');
    const token = new URLSearchParams(fragment).get('token');
    if (token === null) return false;
    history.replaceState(null, '', location.pathname + location.search);
    this.setToken(token);
    return true;
  }

  setToken(token) {
    // Reject a token that no header can carry: fetch() would throw as if the gateway were down.
    this.#token = /^[\x21-\x7e]+$/.test(token.trim()) ? token.trim() : '';
    remember(this.#token);
  }

  async status() {
    const answer = await this.#fetch('api/status', {});
    if (!answer.ok) throw new Error(`The gateway answered with HTTP status ${answer.status}`);
    const status = await answer.json();
    if (typeof status !== 'object' || status === null) {
      throw new Error('The answer contains no status');
    }
    return status;
  }

  // Resolves to the gateway's answer to a command line, {ok, text}. A refusal is an answer too.
  async command(line) {
    try {
      const answer = await this.#fetch('api/command', {
        method: 'POST',
        headers: {'Content-Type': 'application/json'},
        body: JSON.stringify({command: line}),
      });
      if (answer.status === 403) {
        return {ok: false, text: 'This token is for viewing. For a link with the owner\'s token, ' +
          'run ngcshare page owner on the gateway\'s machine.'};
      }
      if (!answer.ok) {
        return {ok: false, text: `The gateway answered with HTTP status ${answer.status}.`};
      }
      const said = await answer.json();
      return {ok: said.ok === true, text: String(said.text ?? '')};
    } catch (problem) {
      if (problem instanceof Unauthorised) throw problem;
      return {ok: false, text: 'The gateway gave no answer; the command may have been run.'};
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
