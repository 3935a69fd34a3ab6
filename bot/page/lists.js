// Shows the groups, the counts of refused connections and dropped packets, and the log.
import {KeyedList, byId, fromTemplate, setData, setHidden, setText} from './dom.js';
import {clean, clock, count, date} from './format.js';
import {ShortList} from './short_list.js';

// Copies the text of a node to the clipboard. If the page may not use the clipboard (plain http
// from another machine), selects the text for Ctrl-C and resolves to false.
async function copy(node) {
  try {
    await navigator.clipboard.writeText(node.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(node);
    return false;
  }
}

export class Groups {
  #list;

  constructor(say) {
    this.#list = new KeyedList(byId('group-list'), () => {
      const row = fromTemplate('group-template');
      row.parts.copy.addEventListener('click', async () => {
        say(await copy(row.parts['chat-id'])
          ? 'The chat id was copied.' : 'The chat id is selected: press Ctrl-C to copy it.');
      });
      return row;
    }, updateGroup);
  }

  show(status) {
    const groups = status.groups;
    setHidden(byId('groups'), !Array.isArray(groups));
    if (!Array.isArray(groups)) return;
    setHidden(byId('groups').querySelector('.empty'), groups.length > 0);
    this.#list.show(groups, (group) => group.chat_id);
  }
}

function updateGroup({parts}, group) {
  const name = clean(group.name);
  setText(parts.name, name || 'unnamed');
  setText(parts.state, clean(group.problem) || (group.connected ? 'connected' : 'not connected'));
  setData(parts.state, 'tone', group.connected ? 'good' : 'warn');
  const peers = group.peers ?? {};
  const total = (peers.direct ?? 0) + (peers.relay ?? 0);
  setText(parts.peers, total === 0 && !peers.lost ? 'Nobody else is in this group.' :
    `${count(peers.direct)} direct, ${count(peers.relay)} over a relay` +
    (peers.lost ? `, ${count(peers.lost)} lost a moment ago` : ''));
  setText(parts['chat-id'], clean(group.chat_id));
  parts.copy.setAttribute('aria-label', `Copy the chat id of ${name}`);
}

// Other reasons are shown as the gateway calls them.
const kReasons = new Map([
  ['denied', 'denied by a rule'], ['not listed', 'no allow rule'], ['observer', 'an observer'],
  ['limit', 'over a limit'], ['descriptors', 'no file descriptor left'],
  ['too many', 'too many of one person'], ['disabled', 'service is off'], ['withdrawn', 'service was removed'],
  ['unknown', 'for no open connection'], ['public', 'sent to the whole group'],
  ['stale', 'out of date'], ['overflow', 'over a limit'],
]);

export class Counts {
  #lists = new Map(['refusals', 'dropped'].map((id) => [id, new KeyedList(
    byId(id), () => fromTemplate('count-template'), ({parts}, [reason, value]) => {
      setText(parts.name, kReasons.get(reason) ?? clean(reason.replaceAll('_', ' ')));
      setText(parts.value, count(value));
    })]));

  show(status) {
    setHidden(byId('counts'), !status.refusals && !status.dropped);
    this.#showOne('refusals', status.refusals, 'no-refusals');
    this.#showOne('dropped', status.dropped, 'no-drops');
  }

  #showOne(id, counts, emptyId) {
    const rows = Object.entries(counts ?? {}).filter(([, value]) => value > 0)
      .sort((a, b) => b[1] - a[1]);
    this.#lists.get(id).show(rows, ([reason]) => reason);
    setHidden(byId(emptyId), rows.length > 0);
  }
}

const kLevels = new Map([['trace', 0], ['debug', 0], ['info', 1], ['warning', 2], ['warn', 2],
                         ['error', 3], ['critical', 3]]);
const kTones = ['quiet', 'quiet', 'warn', 'bad'];
const levelOf = (name) => kLevels.get(name) ?? 1;

export class Log {
  #entries = [];
  #list = new ShortList(byId('log'),
                        {rows: byId('log-list'), create: createEntry, update: () => {}});

  constructor() {
    byId('log-level').addEventListener('change', () => this.#refresh());
  }

  show(status) {
    setHidden(byId('log'), !Array.isArray(status.log));
    this.#entries = status.log ?? [];
    this.#refresh();
  }

  #refresh() {
    const least = levelOf(byId('log-level').value);
    const shown = this.#entries.filter((entry) => levelOf(entry.level) >= least);
    this.#list.show(shown, (entry) => `${entry.time} ${entry.level} ${entry.event} ${entry.message}`);
  }
}

// An entry never changes.
function createEntry(entry) {
  const row = fromTemplate('log-template');
  setText(row.parts.time, clock(entry.time));
  row.parts.time.title = date(entry.time);
  setText(row.parts.level, clean(entry.level));
  setData(row.parts.level, 'tone', kTones[levelOf(entry.level)]);
  setText(row.parts.message, clean(entry.message));
  setText(row.parts.event, clean(entry.event));
  return row;
}
