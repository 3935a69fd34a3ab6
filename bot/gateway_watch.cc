#include "bot/gateway_watch.h"

#include "bot/unix_time.h"

namespace ngcshare {
namespace {

std::string nick_of(const std::map<storage::Person, std::string>& nicks,
                    const storage::Person& person) {
  const auto found = nicks.find(person);
  return found == nicks.end() ? std::string() : found->second;
}

}  // namespace

GatewayWatch::GatewayWatch(const Sights& sights)
    : sights_(sights),
      started_at_(unix_seconds()),
      loop_watch_(sights.hub.loop()),
      throughput_(sights.hub.loop(), sights.gateway) {}

std::vector<GatewaySnapshot::Group> GatewayWatch::groups() const {
  std::map<Key, GatewaySnapshot::Group> groups;
  for (const auto& group : sights_.program.groups()) {
    groups[group.chat_id] = {group.chat_id, group.name, group.connected, 0, 0, 0};
  }
  sights_.hub.for_each_peer([&](const Peer& peer) {
    const auto found = groups.find(peer.chat_id);
    if (found == groups.end()) return;
    GatewaySnapshot::Group& group = found->second;
    ++(peer.absent_until ? group.lost : peer.contact->relayed() ? group.relayed : group.direct);
  });
  std::vector<GatewaySnapshot::Group> list;
  for (auto& [chat_id, group] : groups) list.push_back(std::move(group));
  return list;
}

GatewayWatch::Nicks GatewayWatch::nicks() const {
  Nicks nicks;
  sights_.hub.for_each_peer([&](const Peer& peer) {
    if (peer.absent_until) return;
    nicks[{peer.chat_id, peer.key}] = sights_.hub.node().peer_name(peer.group, peer.number);
  });
  return nicks;
}

GatewaySnapshot GatewayWatch::take() const {
  const Nicks known = nicks();
  GatewaySnapshot snapshot;
  snapshot.version = NGCSHARE_VERSION;
  snapshot.toxcore_version = ToxNode::version();
  snapshot.time = unix_seconds();
  snapshot.started_at = started_at_;
  snapshot.network = sights_.hub.node().connection();
  snapshot.not_ready = sights_.not_ready();
  snapshot.groups = groups();
  snapshot.services = sights_.gateway.list(std::nullopt);
  for (auto& connection : sights_.gateway.connections(std::nullopt)) {
    std::string nick = nick_of(known, connection.person);
    snapshot.connections.push_back({std::move(connection), std::move(nick)});
  }
  for (auto& path : sights_.paths.list(std::nullopt)) {
    std::string nick = nick_of(known, {path.chat_id, path.peer});
    snapshot.paths.push_back({std::move(path), std::move(nick)});
  }
  snapshot.now = sights_.hub.now();
  snapshot.totals = sights_.hub.totals();
  for (const auto& [why, count] : sights_.gateway.refusals()) {
    snapshot.refusals.emplace(why, count);
  }
  snapshot.commands = sights_.commands.counts();
  snapshot.throughput = throughput_.recent();
  snapshot.loop_lag = loop_watch_.lag();
  snapshot.database = sights_.database.timings();
  snapshot.log = recent_log();
  return snapshot;
}

}  // namespace ngcshare
