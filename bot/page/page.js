// The gateway's status page: shows /api/status, keeps it up to date, and runs an owner's commands.
import {Api, Unauthorised, Unreachable} from './api.js';
import {Commander} from './ask.js';
import {Chart} from './chart.js';
import {KeyedList, byId, setData, setHidden, setText} from './dom.js';
import {clean, clock, count, duration, rate, shortKey} from './format.js';
import {Counts, Groups, Log} from './lists.js';
import {Poller} from './poller.js';
import {Services} from './services.js';
import {Connections, Links} from './tables.js';

const kNetworks = new Map([['udp', ['UDP', '']], ['tcp', ['TCP relays only', 'warn']],
                           ['none', ['not connected', 'bad']]]);

const api = new Api();
const poller = new Poller(refresh);
const commander = new Commander(api, {after: () => poller.now(), lost: () => askForToken(true)});
const chart = new Chart(byId('chart'), byId('chart-moment'), byId('chart-about'));
const sections = [new Services(commander), new Connections(commander), new Links(),
                  new Groups((text) => commander.say(text)), new Counts(), new Log()];
const people = new KeyedList(byId('people'), createSuggestion, () => {});

let heardAt = 0;       // time of the last status, in milliseconds since the epoch
let failedSince = 0;   // 0: the last request succeeded

function sayState(text, tone) {
  setText(byId('state'), text);
  setData(byId('state'), 'tone', tone);
  setText(document.querySelector('title'), `ngcshare – ${text.toLowerCase()}`);
}

async function refresh() {
  const {token} = api;
  try {
    const status = await api.status();
    // Ignore answers to requests with an earlier token.
    if (api.token === token) {
      heardAt = Date.now();
      show(status);
      failedSince = 0;
      tellAge();
    }
    return true;
  } catch (problem) {
    if (api.token !== token) return true;
    if (problem instanceof Unauthorised) askForToken(true);
    else sayTrouble(problem);
    return false;
  }
}

function show(status) {
  const now = performance.now();
  sayReadiness(status);
  showFacts(status);
  setHidden(byId('trouble'), true);
  setHidden(byId('content'), false);
  setHidden(byId('bottom'), false);
  byId('content').classList.remove('stale');
  document.body.classList.toggle('owner', status.may_change === true);
  for (const section of sections) section.show(status, now);
  showThroughput(status);
  showSuggestions(status);
}

function sayReadiness(status) {
  if (status.ready) sayState('Ready', 'good');
  else sayState(`Not ready${status.not_ready ? `: ${clean(status.not_ready)}` : ''}`, 'warn');
}

function showFacts(status) {
  setHidden(byId('facts'), false);
  const [network, tone] = kNetworks.get(status.network) ?? ['–', ''];
  setText(byId('network'), network);
  setData(byId('network'), 'tone', tone);
  setText(byId('uptime'), duration(status.uptime));
  setText(byId('version'), clean(status.version) || '–');
  byId('version').title = status.toxcore ? `with toxcore ${clean(status.toxcore)}` : '';
  setHidden(byId('read-only'), status.may_change === true);
}

function showThroughput(status) {
  setHidden(byId('throughput'), false);
  chart.show(status.throughput);
  setText(byId('now-in'), rate(chart.last.in));
  setText(byId('now-out'), rate(chart.last.out));
  setText(byId('now-connections'), count(status.connections_total ?? status.connections?.length));
  const groups = status.groups ?? [];
  setText(byId('now-people'), count(status.groups && groups.reduce(
    (sum, {peers}) => sum + (peers?.direct ?? 0) + (peers?.relay ?? 0), 0)));
}

// Fills the list of people to choose from when making a rule.
function showSuggestions(status) {
  const seen = new Map();
  for (const one of [...status.connections ?? [], ...status.links ?? []]) {
    if (one.peer) seen.set(one.peer, one);
  }
  people.show([...seen.values()], (one) => `${one.peer} ${one.nick}`);
}

function createSuggestion({peer, nick}) {
  const root = document.createElement('option');
  root.value = peer;
  root.label = `${clean(nick) || 'unnamed'} (${shortKey(peer)})`;
  return {root};
}

function sayTrouble(problem) {
  failedSince ||= Date.now();
  const away = problem instanceof Unreachable;
  const since = clock(failedSince / 1000);
  sayState(away ? `Gateway not reachable since ${since}` : `No status since ${since}`, 'bad');
  setText(byId('trouble-text'), away
    ? 'This page continues by itself as soon as the gateway answers.'
    : `${clean(problem.message)}.`);
  setHidden(byId('trouble'), false);
  byId('content').classList.add('stale');
  tellAge();
}

function tellAge() {
  if (heardAt === 0) return;
  const seconds = (Date.now() - heardAt) / 1000;
  setText(byId('age'), seconds < 5 && failedSince === 0
    ? 'Up to date' : `As of ${duration(seconds)} ago`);
}

function askForToken(wasWrong) {
  poller.stop();
  api.setToken('');
  byId('ask').close();
  setText(byId('token-problem'), wasWrong ? 'The gateway does not accept this token.' : '');
  sayState('Waiting for the token', 'quiet');
  for (const id of ['content', 'facts', 'bottom', 'trouble']) setHidden(byId(id), true);
  setHidden(byId('token-form'), false);
  byId('token').focus();
}

function begin() {
  if (api.token === '') {
    askForToken(false);
    return;
  }
  setHidden(byId('token-form'), true);
  sayState('Connecting …', 'quiet');
  poller.start();
}

byId('token-form').addEventListener('submit', (event) => {
  event.preventDefault();
  api.setToken(byId('token').value);
  byId('token').value = '';
  if (api.token !== '') begin();
  else askForToken(true);
});
byId('forget').addEventListener('click', () => askForToken(false));
byId('retry').addEventListener('click', () => poller.now());
addEventListener('hashchange', () => api.takeFragment() && begin());
setInterval(tellAge, 1000);
begin();
