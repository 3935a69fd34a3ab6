// Shows the open connections, and the links to the members' programs.
import {byId, fromTemplate, setData, setHidden, setText} from './dom.js';
import {bytes, clean, count, duration, milliseconds, percent, plural, rate, shortKey}
  from './format.js';
import {Rates} from './rates.js';
import {ShortList} from './short_list.js';

function tableIn(section, create, update) {
  return new ShortList(section, {
    rows: section.querySelector('tbody'), whole: section.querySelector('table'), create, update,
  });
}

function showPerson(parts, item) {
  const nick = clean(item.nick);
  setText(parts.nick, nick || 'unnamed');
  if (parts.nick.title !== nick) parts.nick.title = nick;
  setText(parts.key, shortKey(item.peer));
  if (parts.key.title !== item.peer) parts.key.title = clean(item.peer);
}

const byName = new Intl.Collator();
const connectionKey = (connection) => String(connection.id);

export class Connections {
  #commander;
  #table;
  #rates = new Rates();
  #connections = [];
  #total = 0;

  constructor(commander) {
    this.#commander = commander;
    this.#table = tableIn(byId('connections'), () => this.#create(),
                          (row, connection) => this.#update(row, connection));
    byId('connection-filter').addEventListener('input', () => this.#refresh());
    byId('connection-order').addEventListener('change', () => this.#refresh());
  }

  show(status, now) {
    setHidden(byId('connections'), !Array.isArray(status.connections));
    this.#connections = status.connections ?? [];
    this.#total = status.connections_total ?? this.#connections.length;
    this.#rates.observe(this.#connections, connectionKey, now);
    this.#refresh();
  }

  #refresh() {
    const section = byId('connections');
    const wanted = byId('connection-filter').value.trim().toLowerCase();
    const matching = this.#connections.filter((one) => wanted === '' ||
      [one.nick, one.peer, one.service].some((text) => clean(text).toLowerCase().includes(wanted)));
    setText(section.querySelector('.count'), count(this.#total));
    setHidden(section.querySelector('.tools'), this.#connections.length === 0);
    setText(section.querySelector('.empty'), this.#connections.length > 0 ? 'No connection matches.'
      : 'Nobody is connected. Members connect with: ngcshare connect CHAT-ID');
    this.#table.show(this.#ordered(matching), connectionKey);
    const cut = this.#total > this.#connections.length;
    const note = section.querySelector('.note');
    setHidden(note, !cut);
    setText(note, cut ? `${plural(this.#connections.length, 'connection')} of ` +
      `${count(this.#total)} are shown.` : '');
  }

  #ordered(connections) {
    const order = byId('connection-order').value;
    const compare = {
      person: (a, b) => byName.compare(a.nick ?? '', b.nick ?? '') ||
        byName.compare(a.peer ?? '', b.peer ?? '') || a.id - b.id,
      newest: (a, b) => b.id - a.id,
      busiest: (a, b) => (this.#busy(b) || 0) - (this.#busy(a) || 0) || a.id - b.id,
    }[order];
    return [...connections].sort(compare);
  }

  #busy(connection) {
    const now = this.#rates.of(connectionKey(connection));
    return now.in + now.out;
  }

  #create() {
    const row = fromTemplate('connection-template');
    row.parts.drop.addEventListener('click', () => {
      const {id, nick, peer, service} = row.connection;
      this.#commander.run(row.parts.drop, ['drop', String(id)], {
        title: 'Drop this connection?',
        text: `${clean(nick) || 'unnamed'} (${shortKey(peer)}) is using ${clean(service)}. They ` +
          'can reconnect at once, unless a rule denies it.',
        yes: 'Drop',
      });
    });
    return row;
  }

  #update(row, connection) {
    row.connection = connection;
    const {parts} = row;
    showPerson(parts, connection);
    setText(parts.service, clean(connection.service));
    setText(parts.port, [connection.transport, connection.port].filter(Boolean).join(' '));
    setText(parts.since, duration(connection.seconds));
    setText(parts.in, bytes(connection.bytes_in));
    setText(parts.out, bytes(connection.bytes_out));
    setText(parts.now, rate(this.#busy(connection)));
    const label = `Drop connection ${connection.id} of ${parts.nick.textContent}`;
    if (parts.drop.ariaLabel !== label) parts.drop.ariaLabel = label;
  }
}

export class Links {
  #table = tableIn(byId('links'), () => fromTemplate('link-template'), updateLink);

  show(status) {
    const links = status.links;
    const section = byId('links');
    setHidden(section, !Array.isArray(links));
    if (!Array.isArray(links)) return;
    setText(section.querySelector('.count'), count(status.links_total ?? links.length));
    setHidden(section.querySelector('.note'), !links.some((link) => link.mode === 'base'));
    this.#table.show(links, (link) => `${link.chat_id} ${link.peer}`);
  }
}

function updateLink({parts}, link) {
  showPerson(parts, link);
  setText(parts.path, link.path === 'relay' ? 'over a relay' : clean(link.path) || '–');
  setData(parts.path, 'tone', link.path === 'lost' ? 'bad' : '');
  const base = link.mode === 'base';
  setText(parts.mode, base ? 'base mode' : clean(link.mode) || '–');
  setData(parts.mode, 'tone', base ? 'warn' : '');
  parts.mode.classList.toggle('badge', base);
  setText(parts.rtt, milliseconds(link.rtt_ms));
  setText(parts.least, milliseconds(link.min_rtt_ms));
  setText(parts.loss, percent(link.lost));
  setData(parts.loss, 'tone', link.lost >= 0.05 ? 'warn' : '');
  setText(parts.window, base || !Number.isFinite(link.window_bytes) ? '–'
    : `${bytes(link.in_flight_bytes)} of ${bytes(link.window_bytes)}`);
  setText(parts.sent, rate(link.sent_per_second));
  setText(parts.received, rate(link.received_per_second));
}
