// Shows and edits who may use a service: its policy and its rules. Loads the rules when opened.
import {KeyedList, fromTemplate, setData, setText} from './dom.js';
import {clean, plural} from './format.js';

// Parses a line of the answer to `acl NAME`: "allow alice (1A2B3C4D)", or without a nickname. The
// key comes last, so that no nickname can imitate it.
function parseRule(line) {
  const match = /^(allow|deny) (?:(.*) \()?([0-9A-F]{8,64})\)?$/u.exec(line);
  return match && {effect: match[1], nick: match[2] ?? '', key: match[3]};
}

export class Access {
  #parts;
  #commander;
  #service = null;
  #rules;
  #changing = false;

  // REQUIRES: `parts` are those of the service's card.
  constructor(parts, commander) {
    this.#parts = parts;
    this.#commander = commander;
    this.#rules = new KeyedList(parts['rule-list'], (rule) => this.#createRule(rule), () => {});
    parts.rules.addEventListener('toggle', () => parts.rules.open && this.#reload());
    parts.policy.addEventListener('change', () => this.#setPolicy());
    parts.observers.addEventListener('change', () => this.#setObservers());
    parts.allow.addEventListener('click', () => this.#setRule('allow'));
    parts.deny.addEventListener('click', () => this.#setRule('deny'));
  }

  show(service) {
    this.#service = service;
    if (this.#changing) return;
    const {policy, observers} = this.#parts;
    const wanted = service.policy === 'list' ? 'list' : 'members';
    if (policy.value !== wanted) policy.value = wanted;
    if (observers.checked !== Boolean(service.observers)) observers.checked = service.observers;
  }

  get #name() {
    return this.#service.name;
  }

  // Runs a command for this service. Until it is done, a refresh does not reset the user's choice.
  async #run(control, words, question) {
    this.#changing = true;
    const done = await this.#commander.run(control, words, question);
    this.#changing = false;
    if (!done) this.show(this.#service);
    else this.#reload();
    return done;
  }

  #setPolicy() {
    const {policy} = this.#parts;
    const connections = this.#service.connections;
    const question = policy.value === 'list' && connections > 0 ? {
      title: `Restrict ${clean(this.#name)} to people with an allow rule?`,
      text: `It has ${plural(connections, 'connection')}. Those of people without an allow rule ` +
        'will end.',
      yes: 'Restrict',
    } : null;
    this.#run(policy, ['acl', this.#name, policy.value], question);
  }

  #setObservers() {
    const {observers} = this.#parts;
    this.#run(observers, ['acl', this.#name, 'observers', observers.checked ? 'on' : 'off']);
  }

  async #setRule(effect) {
    const {person} = this.#parts;
    const who = person.value.trim();
    if (who === '') {
      person.focus();
      this.#commander.say('Enter a person: the first 16 or more digits of a key, or @nick.', false);
      return;
    }
    const question = effect === 'deny' ? {
      title: `Deny ${clean(who)} the service ${clean(this.#name)}?`,
      text: 'Their connections to it will end.',
      yes: 'Deny',
    } : null;
    if (await this.#run(this.#parts[effect], [effect, this.#name, who], question)) person.value = '';
  }

  #createRule(rule) {
    const row = fromTemplate('rule-template');
    const whom = rule.nick ? `${clean(rule.nick)} (${rule.key})` : rule.key;
    setText(row.parts.effect, rule.effect);
    setData(row.parts.effect, 'tone', rule.effect === 'allow' ? 'good' : 'bad');
    setText(row.parts.person, whom);
    row.parts.clear.setAttribute('aria-label', `Clear the rule for ${whom}`);
    row.parts.clear.addEventListener('click', () => {
      this.#run(row.parts.clear, ['acl', this.#name, 'clear', rule.key]);
    });
    return row;
  }

  async #reload() {
    const {ok, text} = await this.#commander.query(['acl', this.#name]);
    const rules = ok ? text.split('\n').map(parseRule).filter(Boolean) : [];
    this.#rules.show(rules, (rule) => `${rule.effect} ${rule.key} ${rule.nick}`);
    setText(this.#parts['rules-note'],
            !ok ? clean(text) : rules.length === 0 ? 'There are no rules for people.' : 'Rules:');
  }
}
