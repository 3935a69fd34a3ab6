// Prints the goodput of one stream as a share of the path's capacity over the benchmarks' grid, in
// virtual time. Runs in seconds and always gives the same figures.
//
//   link_sim [bbr|cubic] [SECONDS] [RTT_MS/LOSS_PERCENT/MBIT]      all cells unless one is named
//   link_sim shared [SECONDS]      links that share a path with a short queue: their fairness and
//   loss
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/protocol/link/link_world.h"

namespace ngcshare::test {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

struct Cell {
  int rtt_ms = 0;
  double loss = 0;
  int mbit = 0;
};

netlab::Settings settings_of(const Cell& cell, bool data_direction) {
  netlab::Settings settings;
  settings.delay = std::chrono::microseconds(cell.rtt_ms * 500);
  settings.rate = static_cast<uint64_t>(cell.mbit) * 1'000'000;
  settings.queue_time = std::chrono::milliseconds(std::max(cell.rtt_ms, 50));
  if (data_direction) settings.loss = cell.loss;
  return settings;
}

void run_cell(const Cell& cell, link::CongestionAlgorithm congestion, int seconds) {
  LinkWorld world(1, congestion);
  world.set_path(0, settings_of(cell, true));
  world.set_path(1, settings_of(cell, false));
  StreamManner sender;
  sender.endless = true;
  world.open(1, sender, {});
  const TimePoint start = world.now();
  const int warm_up = 3;
  world.run(std::chrono::seconds(warm_up));
  const uint64_t before = world.b().bytes_read();
  const TimePoint end = start + std::chrono::seconds(seconds);
  while (world.now() < end) {
    world.a().send_datagram(100, world.now());
    world.run(50ms);
  }
  const double from_start = static_cast<double>(world.b().bytes_read()) * 8e-6 / seconds;
  const double steady =
      static_cast<double>(world.b().bytes_read() - before) * 8e-6 / (seconds - warm_up);
  const double possible = cell.mbit * 1356.0 / 1475 * (1 - cell.loss);
  auto echoes = world.echoes();
  std::sort(echoes.begin(), echoes.end());
  const auto ms = [](Duration d) { return std::chrono::duration<double, std::milli>(d).count(); };
  const double p50 = echoes.empty() ? 0 : ms(echoes[echoes.size() / 2]);
  const double p99 = echoes.empty() ? 0 : ms(echoes[echoes.size() * 99 / 100]);
  const auto stats = world.a().link().stats();
  std::printf(
      "%4d ms %5.1f %% %4d Mbit/s  steady %5.3f  from start %5.3f  ping +%.1f p99 +%.1f ms  "
      "answers %.1f %% lost %.2f %% wrongly %llu pto %llu queue %.0f ms %s\n",
      cell.rtt_ms, cell.loss * 100, cell.mbit, steady / possible, from_start / possible,
      p50 - cell.rtt_ms, p99 - cell.rtt_ms,
      100.0 * static_cast<double>(world.b().link().stats().packets_sent) /
          static_cast<double>(stats.packets_sent),
      100.0 * static_cast<double>(stats.packets_lost) / static_cast<double>(stats.packets_sent),
      static_cast<unsigned long long>(stats.packets_lost_wrongly),
      static_cast<unsigned long long>(stats.probe_timeouts),
      std::chrono::duration<double, std::milli>(world.path(0).counters().max_queue_delay).count(),
      stats.congestion_state);
}

struct Shared {
  size_t links = 0;
  int rtt_ms = 0;
  int mbit = 0;
  int queue_ms = 0;
  double loss = 0;  // at random, on top of the queue's
};

void run_shared(const Shared& row, int seconds) {
  LinkWorld world(1, link::CongestionAlgorithm::kBbr, row.links);
  netlab::Settings path = settings_of({row.rtt_ms, 0, row.mbit}, true);
  path.queue_time = std::chrono::milliseconds(row.queue_ms);
  world.set_path(1, path);
  path.loss = row.loss;
  world.set_path(0, path);
  StreamManner endless;
  endless.endless = true;
  for (size_t i = 0; i < row.links; ++i) {
    world.open(1, endless, {}, i);
    world.run(37ms);
  }
  world.run(10s);
  std::vector<uint64_t> before;
  for (size_t i = 0; i < row.links; ++i) before.push_back(world.b(i).bytes_read());
  world.path(0).reset_counters();
  world.run(std::chrono::seconds(seconds));
  double sum = 0;
  double squares = 0;
  for (size_t i = 0; i < row.links; ++i) {
    const auto rate = static_cast<double>(world.b(i).bytes_read() - before[i]) * 8e-6 / seconds;
    sum += rate;
    squares += rate * rate;
  }
  const auto& counters = world.path(0).counters();
  std::printf(
      "%2zu links %4d ms %4d Mbit/s queue %3d ms random loss %.1f %%: Jain %.3f, %.3f of the path, "
      "%.2f %% lost in the queue\n",
      row.links, row.rtt_ms, row.mbit, row.queue_ms, row.loss * 100,
      sum * sum / (static_cast<double>(row.links) * squares), sum / (row.mbit * 1356.0 / 1475),
      100.0 * static_cast<double>(counters.dropped_queue) /
          static_cast<double>(counters.packets_in));
}

void run_all_shared(int seconds) {
  for (const Shared& row : std::initializer_list<Shared>{{1, 40, 50, 10},
                                                         {2, 40, 50, 10},
                                                         {4, 40, 50, 10},
                                                         {10, 40, 50, 10},
                                                         {4, 10, 50, 10},
                                                         {10, 10, 50, 10},
                                                         {4, 100, 50, 10},
                                                         {10, 100, 50, 10},
                                                         {10, 40, 50, 50},
                                                         {20, 50, 100, 50},
                                                         {10, 40, 50, 10, 0.01}}) {
    run_shared(row, seconds);
  }
}

}  // namespace
}  // namespace ngcshare::test

int main(int argc, char** argv) {
  using ngcshare::link::CongestionAlgorithm;
  if (argc > 1 && std::strcmp(argv[1], "shared") == 0) {
    ngcshare::test::run_all_shared(argc > 2 ? std::atoi(argv[2]) : 30);
    return 0;
  }
  const bool cubic = argc > 1 && std::strcmp(argv[1], "cubic") == 0;
  const auto congestion = cubic ? CongestionAlgorithm::kCubic : CongestionAlgorithm::kBbr;
  const int seconds = argc > 2 ? std::atoi(argv[2]) : 20;
  ngcshare::test::Cell one;
  if (argc > 3 && std::sscanf(argv[3], "%d/%lf/%d", &one.rtt_ms, &one.loss, &one.mbit) == 3) {
    one.loss /= 100;
    ngcshare::test::run_cell(one, congestion, seconds);
    return 0;
  }
  for (const int mbit : {20, 100}) {
    for (const double loss : {0.0, 0.001, 0.01, 0.02}) {
      for (const int rtt : {10, 50, 100, 200}) {
        ngcshare::test::run_cell({rtt, loss, mbit}, congestion, seconds);
      }
    }
  }
}
