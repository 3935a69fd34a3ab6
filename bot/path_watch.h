// How each peer is reached and how well: what /status and ngcshare connect show. Looks at all
// sessions every two seconds to tell rates and changes.
#pragma once

#include <asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "bot/session_hub.h"

namespace ngcshare {

struct PathStatus {
  Key chat_id{};
  Key peer{};
  bool relayed = false;
  bool absent = false;  // lost; its connections wait
  bool link = false;    // false: base mode
  size_t connections = 0;
  std::optional<link::Link::Stats> stats;  // of the link
  // Only with the link; nullopt until it was measured.
  std::optional<Duration> round_trip;
  std::optional<double> lost;  // part of the packets sent over it so far
  double sent_per_second = 0;  // bytes of streams, over the last interval
  double received_per_second = 0;
};

// "direct, link, round trip 51 ms, 0.1 % lost, 2.1 MB/s in, 0 MB/s out"
std::string describe(const PathStatus& status);
nlohmann::json to_json(const PathStatus& status);
// "direct", "relay" or "lost", for programs.
const char* path_name(const PathStatus& status);

class PathWatch {
 public:
  static constexpr std::chrono::seconds kInterval{2};
  using OnChange = std::function<void(const PathStatus&)>;

  // The hub outlives the watch. `on_change` hears of each peer that speaks our extension when it is
  // first seen, and when it changes between direct, relay, link and base mode.
  PathWatch(SessionHub& hub, OnChange on_change);

  // Of one group, or of all.
  std::vector<PathStatus> list(const std::optional<Key>& chat_id);

 private:
  struct Seen {
    uint64_t sent = 0;
    uint64_t received = 0;
    TimePoint at{};
    PathStatus status;
  };
  void look_again_later();
  void look();
  static PathStatus status_of(Peer& peer);

  SessionHub& hub_;
  OnChange on_change_;
  asio::steady_timer timer_;
  std::map<storage::Person, Seen> seen_;
};

}  // namespace ngcshare
