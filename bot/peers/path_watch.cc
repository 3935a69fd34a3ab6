#include "bot/peers/path_watch.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <utility>

#include "bot/base/units.h"

namespace ngcshare {
namespace {

// Below this many packets the part that was lost is not meaningful.
constexpr uint64_t kPacketsToJudgeLoss = 100;

bool same_kind(const PathStatus& a, const PathStatus& b) {
  return a.relayed == b.relayed && a.absent == b.absent && a.link == b.link;
}

double per_second(uint64_t now, uint64_t before, Duration interval) {
  const double seconds = std::chrono::duration<double>(interval).count();
  return seconds > 0 && now >= before ? static_cast<double>(now - before) / seconds : 0;
}

}  // namespace

std::string describe(const PathStatus& status) {
  if (status.absent) return "lost, its connections wait";
  std::string text = status.relayed ? "relay" : "direct";
  if (!status.link) return text + ", base mode: slow, and wrong bytes where the path loses packets";
  text += ", link";
  if (status.round_trip) {
    text += fmt::format(", round trip {:.{}f} ms", to_milliseconds(*status.round_trip),
                        *status.round_trip < std::chrono::milliseconds(10) ? 1 : 0);
  }
  if (status.lost) text += fmt::format(", {:.1f} % lost", *status.lost * 100);
  return text + fmt::format(", {:.1f} MB/s in, {:.1f} MB/s out", status.received_per_second / 1e6,
                            status.sent_per_second / 1e6);
}

const char* path_name(const PathStatus& status) {
  if (status.absent) return "lost";
  return status.relayed ? "relay" : "direct";
}

PathWatch::PathWatch(SessionHub& hub, OnChange on_change)
    : hub_(hub), on_change_(std::move(on_change)), timer_(hub.loop()) {
  look_again_later();
}

void PathWatch::look_again_later() {
  timer_.expires_after(kInterval);
  timer_.async_wait([this](const asio::error_code& error) {
    if (error) return;
    look();
    look_again_later();
  });
}

PathStatus PathWatch::status_of(Peer& peer) {
  PathStatus status;
  status.chat_id = peer.chat_id;
  status.peer = peer.key;
  status.absent = peer.absent_until.has_value();
  status.relayed = peer.contact->relayed();
  status.connections = peer.session->mapping_count();
  const auto link = peer.session->link_stats();
  status.stats = link;
  status.link = link.has_value();
  if (!link) return status;
  if (link->rtt > Duration{}) status.round_trip = link->rtt;
  if (link->packets_sent >= kPacketsToJudgeLoss) {
    const uint64_t really =
        link->packets_lost - std::min(link->packets_lost, link->packets_lost_wrongly);
    status.lost = static_cast<double>(really) / static_cast<double>(link->packets_sent);
  }
  return status;
}

void PathWatch::look() {
  const TimePoint now = hub_.now();
  std::map<storage::Person, Seen> still_there;
  hub_.for_each_peer([&](Peer& peer) {
    if (!peer.session->knows_extension()) return;
    const storage::Person who = peer.person();
    const auto known = seen_.find(who);
    Seen seen;
    seen.status = status_of(peer);
    seen.at = now;
    if (const auto link = peer.session->link_stats()) {
      seen.sent = link->bytes_sent;
      seen.received = link->bytes_received;
    }
    if (known != seen_.end()) {
      const Seen& before = known->second;
      seen.status.sent_per_second = per_second(seen.sent, before.sent, now - before.at);
      seen.status.received_per_second = per_second(seen.received, before.received, now - before.at);
    }
    const bool changed = known == seen_.end() || !same_kind(known->second.status, seen.status);
    if (changed && on_change_) on_change_(seen.status);
    still_there.emplace(who, std::move(seen));
  });
  seen_ = std::move(still_there);
}

std::vector<PathStatus> PathWatch::list(const std::optional<Key>& chat_id) {
  std::vector<PathStatus> all;
  hub_.for_each_peer([&](Peer& peer) {
    if (!peer.session->knows_extension() || (chat_id && peer.chat_id != *chat_id)) return;
    PathStatus status = status_of(peer);
    if (const auto known = seen_.find(peer.person()); known != seen_.end()) {
      status.sent_per_second = known->second.status.sent_per_second;
      status.received_per_second = known->second.status.received_per_second;
    }
    all.push_back(status);
  });
  return all;
}

}  // namespace ngcshare
