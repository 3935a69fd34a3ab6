// Runs the page's commands: asks for confirmation where one ends connections, and shows the result.
import {byId, setData, setHidden, setText} from './dom.js';
import {clean, joinWords} from './format.js';

const kSeenMilliseconds = 8000;

// Shows the dialog; resolves to true if it is answered with yes.
function confirmed({title, text, yes}) {
  const dialog = byId('ask');
  setText(byId('ask-title'), title);
  setText(byId('ask-text'), text);
  setText(byId('ask-yes'), yes);
  return new Promise((resolve) => {
    let answer = false;
    const close = (event) => {
      answer = event.currentTarget.id === 'ask-yes';
      dialog.close();
    };
    byId('ask-yes').onclick = close;
    byId('ask-no').onclick = close;
    dialog.addEventListener('close', () => resolve(answer), {once: true});
    dialog.showModal();
    byId('ask-no').focus();
  });
}

export class Commander {
  #api;
  #after;
  #lost;
  #timer = 0;

  // Calls after() when something may have changed, and lost() when the token is no longer accepted.
  constructor(api, {after, lost}) {
    this.#api = api;
    this.#after = after;
    this.#lost = lost;
    byId('notice-close').addEventListener('click', () => setHidden(byId('notice'), true));
  }

  // Sends the words as a command, after asking `question` ({title, text, yes}) if there is one.
  // Ignores the button until that is done. Resolves to true if the command succeeded.
  async run(button, words, question = null) {
    if (button.getAttribute('aria-disabled') === 'true') return false;
    if (question && !await confirmed(question)) return false;
    button.setAttribute('aria-disabled', 'true');
    try {
      const {ok, text} = await this.#send(words);
      this.say(text, ok);
      return ok;
    } finally {
      button.removeAttribute('aria-disabled');
      this.#after();
    }
  }

  // Resolves to the gateway's answer to a command that changes nothing.
  query(words) {
    return this.#send(words);
  }

  say(text, ok = true) {
    const notice = byId('notice');
    clearTimeout(this.#timer);
    setData(notice, 'tone', ok ? 'good' : 'bad');
    setText(byId('notice-text'), text.split('\n').map(clean).join('\n'));
    setHidden(notice, false);
    // A refusal stays until the user closes it.
    if (ok) this.#timer = setTimeout(() => setHidden(notice, true), kSeenMilliseconds);
  }

  async #send(words) {
    try {
      return await this.#api.command(joinWords(words));
    } catch {
      this.#lost();
      return {ok: false, text: 'The token is no longer accepted.'};
    }
  }
}
