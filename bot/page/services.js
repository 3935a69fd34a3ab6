// Shows the services as cards.
import {Access} from './access.js';
import {KeyedList, byId, fromTemplate, setData, setHidden, setLine, setText} from './dom.js';
import {bytes, clean, count, plural, rate, roundRate} from './format.js';
import {Rates} from './rates.js';

const keyOf = (service) => `${service.name}\n${service.group ?? ''}`;

function stateOf(service) {
  if (service.enabled === false) return ['off', 'quiet'];
  if (service.target === 'down') return ['not answering', 'bad'];
  return service.target === 'up' ? ['on', 'good'] : ['on, not checked', 'quiet'];
}

function accessOf(service) {
  if (service.policy === undefined) return '';
  const whom = service.policy === 'list' ? 'For people with an allow rule' : 'For all members';
  return whom + (service.observers ? ', also observers' : '');
}

function limitsOf(limits) {
  const parts = [
    [limits?.connections, (value) => plural(value, 'connection')],
    [limits?.connections_per_peer, (value) => `${plural(value, 'connection')} each`],
    [limits?.rate, roundRate],
    [limits?.rate_per_peer, (value) => `${roundRate(value)} each`],
  ].filter(([value]) => Number.isFinite(value)).map(([value, text]) => text(value));
  return parts.length === 0 ? '' : `At most ${parts.join(', ')}`;
}

function switchQuestion(service) {
  if (!service.enabled || !service.connections) return null;
  return {
    title: `Disable ${clean(service.name)}?`,
    text: `${plural(service.connections, 'connection')} to it will end.`,
    yes: 'Disable',
  };
}

export class Services {
  #commander;
  #list;
  #rates = new Rates();
  #groups = new Map();

  constructor(commander) {
    this.#commander = commander;
    this.#list = new KeyedList(byId('service-list'), () => this.#create(),
                               (row, service) => this.#update(row, service));
  }

  show(status, now) {
    const services = status.services;
    setHidden(byId('services'), !Array.isArray(services));
    if (!Array.isArray(services)) return;
    this.#groups = new Map((status.groups ?? []).map((group) => [group.chat_id, group.name]));
    this.#rates.observe(services, keyOf, now);
    setHidden(byId('services').querySelector('.empty'), services.length > 0);
    this.#list.show(services, keyOf);
  }

  #create() {
    const row = fromTemplate('service-template');
    row.access = new Access(row.parts, this.#commander);
    row.parts.switch.addEventListener('click', () => {
      const service = row.service;
      const words = [service.enabled ? 'disable' : 'enable', service.name];
      this.#commander.run(row.parts.switch, words, switchQuestion(service));
    });
    return row;
  }

  #update(row, service) {
    row.service = service;
    const {parts} = row;
    const [state, tone] = stateOf(service);
    const {in: inward, out: outward} = this.#rates.of(keyOf(service));
    const name = clean(service.name);
    setText(parts.name, name);
    setText(parts.state, state);
    setData(parts.state, 'tone', tone);
    setLine(parts.description, clean(service.description));
    setText(parts.target, [service.ports, service.host].map(clean).filter(Boolean).join(' at '));
    setText(parts.connections, count(service.connections));
    setText(parts.in, rate(inward));
    setText(parts.out, rate(outward));
    setLine(parts.totals, this.#totalsOf(service));
    setLine(parts.access, accessOf(service));
    setLine(parts.limits, limitsOf(service.limits));
    setText(parts.switch, service.enabled ? 'Disable' : 'Enable');
    parts.switch.setAttribute('aria-label', `${service.enabled ? 'Disable' : 'Enable'} ${name}`);
    row.access.show(service);
  }

  #totalsOf(service) {
    const totals = Number.isFinite(service.bytes_in)
      ? `Total: ${bytes(service.bytes_in)} in, ${bytes(service.bytes_out)} out` : '';
    if (!service.group) return totals;
    const group = `in group ${clean(this.#groups.get(service.group) ?? service.group.slice(0, 8))}`;
    return totals ? `${totals}; ${group}` : group;
  }
}
