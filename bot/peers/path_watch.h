// Observes the path to each peer, and its quality, for `status` and `ngcshare connect`: reads all
// sessions every two seconds, computes rates and reports changes.
#pragma once

#include <asio/basic_waitable_timer.hpp>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bot/base/steady_time.h"
#include "bot/peers/session_hub.h"

namespace ngcshare {

struct PathStatus {
  Key chat_id{};
  Key peer{};
  bool relayed = false;
  bool absent = false;  // lost; its connections wait
  bool link = false;    // false: base mode
  size_t connections = 0;
  std::optional<link::Link::Stats> stats;  // of the link
  // Only with the link, and nullopt until measured.
  std::optional<Duration> round_trip;
  std::optional<double> lost;  // part of all packets sent so far, 0 to 1
  // Bytes of streams over the link, in the last interval.
  double sent_per_second = 0;
  double received_per_second = 0;
};

// "direct, link, round trip 51 ms, 0.1 % lost, 2.1 MB/s in, 0 MB/s out"
std::string describe(const PathStatus& status);
// "direct", "relay" or "lost", for programs.
const char* path_name(const PathStatus& status);

class PathWatch {
 public:
  static constexpr std::chrono::seconds kInterval{2};
  using OnChange = std::function<void(const PathStatus&)>;

  // `hub` must outlive the watch. Calls `on_change` for each peer that speaks our extension when it
  // is first seen, and when it changes between direct, relay, lost, link and base mode.
  PathWatch(SessionHub& hub, OnChange on_change);

  // Returns the peers of one group, or (nullopt) of all, that speak our extension.
  std::vector<PathStatus> list(const std::optional<Key>& chat_id);
  // Looks at all sessions now. The watch's timer calls it.
  void look();

 private:
  struct Seen {
    uint64_t sent = 0;
    uint64_t received = 0;
    TimePoint at{};
    PathStatus status;
  };

  void look_again_later();
  static PathStatus status_of(Peer& peer);

  SessionHub& hub_;
  OnChange on_change_;
  asio::basic_waitable_timer<ProgramClock> timer_;
  std::map<storage::Person, Seen> seen_;
};

}  // namespace ngcshare
