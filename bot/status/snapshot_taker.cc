#include "bot/status/snapshot_taker.h"

#include <utility>

#include "bot/base/standard_streams.h"
#include "bot/base/unix_time.h"
#include "bot/base/version.h"
#include "bot/tox/toxcore_copy.h"

namespace ngcshare {
namespace {

std::string nick_of(const std::map<storage::Person, std::string>& nicks,
                    const storage::Person& person) {
  const auto found = nicks.find(person);
  return found == nicks.end() ? std::string() : found->second;
}

}  // namespace

SnapshotTaker::SnapshotTaker(const Sources& sources)
    : sources_(sources),
      started_at_(unix_seconds()),
      loop_lag_(sources.hub.loop()),
      throughput_(sources.hub.loop(), sources.gateway) {}

std::vector<GatewaySnapshot::Group> SnapshotTaker::groups() const {
  std::map<Key, GatewaySnapshot::Group> groups;
  for (const auto& group : sources_.program.groups()) {
    groups[group.chat_id] = {group.chat_id, group.name, group.connected, 0, 0, 0, group.problem};
  }
  sources_.hub.for_each_peer([&](const Peer& peer) {
    const auto found = groups.find(peer.chat_id);
    if (found == groups.end()) return;
    GatewaySnapshot::Group& group = found->second;
    ++(peer.absent_until ? group.lost : peer.contact->relayed() ? group.relayed : group.direct);
  });
  std::vector<GatewaySnapshot::Group> list;
  for (auto& [chat_id, group] : groups) list.push_back(std::move(group));
  return list;
}

SnapshotTaker::Nicks SnapshotTaker::nicks() const {
  Nicks nicks;
  for (auto& one : sources_.hub.present(std::nullopt)) nicks[one.person] = std::move(one.nick);
  return nicks;
}

GatewaySnapshot SnapshotTaker::take() const {
  const Nicks known = nicks();
  GatewaySnapshot snapshot;
  snapshot.version = kVersion;
  snapshot.toxcore_version = linked_toxcore().version;
  snapshot.time = unix_seconds();
  snapshot.started_at = started_at_;
  snapshot.network = sources_.node.connection();
  snapshot.not_ready = sources_.not_ready();
  snapshot.copied = sources_.copied();
  snapshot.groups = groups();
  snapshot.services = sources_.gateway.list(std::nullopt);
  for (auto& connection : sources_.gateway.connections(std::nullopt)) {
    std::string nick = nick_of(known, connection.person);
    snapshot.connections.push_back({std::move(connection), std::move(nick)});
  }
  for (auto& path : sources_.paths.list(std::nullopt)) {
    std::string nick = nick_of(known, {path.chat_id, path.peer});
    snapshot.paths.push_back({std::move(path), std::move(nick)});
  }
  snapshot.now = sources_.hub.now();
  snapshot.totals = sources_.hub.totals();
  for (const auto& [why, count] : sources_.gateway.refusals()) {
    snapshot.refusals.emplace(why, count);
  }
  snapshot.refusals.emplace("too many", snapshot.totals.counters.crowded);
  snapshot.commands = sources_.commands.counts();
  snapshot.throughput = throughput_.recent();
  snapshot.loop_lag = loop_lag_.lag();
  snapshot.database = sources_.database.timings();
  snapshot.log = recent_log();
  snapshot.log_lines_held_back = held_back_log_lines();
  snapshot.log_lines_lost = lost_lines(StandardStream::kError);
  snapshot.output_lines_lost = lost_lines(StandardStream::kOutput);
  return snapshot;
}

}  // namespace ngcshare
