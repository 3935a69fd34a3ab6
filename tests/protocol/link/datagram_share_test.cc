// A bulk stream and many datagrams that share one path, in virtual time.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "tests/protocol/link/link_world.h"

namespace ngcshare::test {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using link::CongestionAlgorithm;

constexpr size_t kDatagramBytes = 1200;
constexpr double kStreamShare = 1356.0 / 1475;  // bytes of a stream in a full packet, on the wire

struct Share {
  const char* name;
  int rtt_ms;
  double mbit;
  double datagram_mbit;  // on the wire
  double loss = 0;
  bool reported = true;
  double least = 0.95;
};

struct Outcome {
  double stream = 0;  // of what the datagrams leave
  Duration p99{};     // of the datagrams' round trips, less the path's
  link::Link::Stats stats;
};

netlab::Settings path_of(const Share& row) {
  netlab::Settings path;
  path.delay = std::chrono::microseconds(row.rtt_ms * 500);
  path.rate = static_cast<uint64_t>(row.mbit * 1e6);
  path.queue_time = std::chrono::milliseconds(std::max(row.rtt_ms, 50));
  path.loss = row.loss;
  return path;
}

// Sends datagrams at an even pace for as long as the world runs.
class Caller {
 public:
  Caller(LinkWorld& world, double mbit)
      : world_(world),
        interval_(static_cast<int64_t>((kDatagramBytes + link::kOverheadBytes) * 8 / mbit)) {
    send();
  }

 private:
  void send() {
    world_.a().send_datagram(kDatagramBytes, world_.now());
    world_.queue().after(interval_, [this] { send(); });
  }

  LinkWorld& world_;
  const Duration interval_;
};

Outcome outcome_of(const Share& row, CongestionAlgorithm congestion = CongestionAlgorithm::kBbr) {
  constexpr Duration kSettling = 3s;
  constexpr Duration kMeasured = 10s;
  LinkWorld world(1, congestion);
  world.set_path(0, path_of(row));
  Share back = row;
  back.loss = 0;
  world.set_path(1, path_of(back));
  world.a().link().set_datagrams_reported(row.reported);
  world.b().link().set_datagrams_reported(row.reported);
  const Caller caller(world, row.datagram_mbit);
  StreamManner endless;
  endless.endless = true;
  world.open(1, endless, {});
  world.run(kSettling);
  const uint64_t before = world.b().bytes_read();
  const size_t first = world.echoes().size();
  world.run(kMeasured);
  std::vector<Duration> echoes(world.echoes().begin() + static_cast<std::ptrdiff_t>(first),
                               world.echoes().end());
  std::sort(echoes.begin(), echoes.end());
  const double left =
      (row.mbit - row.datagram_mbit) * 1e6 / 8 * kStreamShare * (1 - row.loss) * seconds(kMeasured);
  return {static_cast<double>(world.b().bytes_read() - before) / left,
          echoes.at(echoes.size() * 99 / 100) - std::chrono::milliseconds(row.rtt_ms),
          world.a().link().stats()};
}

void PrintTo(const Outcome& outcome, std::ostream* out) {
  *out << "stream " << outcome.stream << ", datagrams +" << outcome.p99.count()
       << " us, lost packets " << outcome.stats.packets_lost << ", datagrams "
       << outcome.stats.datagrams_lost << ", window " << outcome.stats.window << ", in flight "
       << outcome.stats.in_flight << " + " << outcome.stats.datagrams_in_flight << ", rate "
       << outcome.stats.delivery_rate * 8e-6;
}

// The datagrams once counted as sent only, so that the estimate of the path's rate fell round by
// round, and the stream with it.
TEST(DatagramsBesideAStream, LeaveTheStreamTheRestOfThePath) {
  const std::vector<Share> rows = {
      {"a call", 50, 20, 3},
      {"a fifth", 50, 100, 20},
      {"a fifth, short path", 10, 100, 20},
      {"a fifth, long path", 200, 100, 20},
      {"half", 50, 20, 10},
      {"with loss", 50, 20, 3, 0.01},
      {"not reported", 50, 20, 3, 0, false},
      {"not reported, with loss", 50, 20, 3, 0.01, false},
  };
  for (const Share& row : rows) {
    SCOPED_TRACE(row.name);
    const Outcome outcome = outcome_of(row);
    EXPECT_GE(outcome.stream, row.least) << testing::PrintToString(outcome);
    EXPECT_LE(outcome.p99, 15ms) << testing::PrintToString(outcome);
  }
}

}  // namespace
}  // namespace ngcshare::test
