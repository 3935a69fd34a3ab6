// A network path in user space: carries packets between two TUN devices in two network namespaces
// and applies the faults it is set to. Needs root. Driven by tests/bench/netlab/netlab.py.
//
//   netlab_shaper NAMESPACE_A NAMESPACE_B DEVICE SEED
//
// Reads a command per line from standard input, answers each with one JSON object per line, and
// ends with the input.
//
//   ab|ba|both KEY=VALUE...   changes a direction's settings from now on (keys: settings.h)
//   counters                  prints the counters of both directions
//   reset                     sets the counters to zero
//   quit
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <string>
#include <string_view>

#include "tests/bench/netlab/path.h"
#include "tests/bench/netlab/tun.h"

namespace {

using netlab::Counters;
using netlab::Descriptor;
using netlab::Duration;
using netlab::Path;
using netlab::TimePoint;

// Packets read from one device before the other has its turn: at most 0.1 ms of work.
constexpr int kPacketsPerTurn = 32;
constexpr size_t kPacketsReady = 8192;  // a second at 100 Mbit/s, 16 MB
constexpr int kRealTimePriority = 10;
constexpr unsigned long kTimerSlackNanos = 1;

TimePoint now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return TimePoint(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
}

double milliseconds(Duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

struct Direction {
  Direction(int from_tun, int to_tun, uint64_t seed) : from(from_tun), to(to_tun), path(seed) {
    path.reserve(kPacketsReady);
  }

  const int from;
  const int to;
  Path path;
  uint64_t write_errors = 0;  // because a device is down
};

class Shaper {
 public:
  Shaper(Descriptor a, Descriptor b, uint64_t seed)
      : a_(std::move(a)),
        b_(std::move(b)),
        ab_(a_.get(), b_.get(), 2 * seed),
        ba_(b_.get(), a_.get(), 2 * seed + 1) {}

  void run();

 private:
  void wait();
  void take_in(Direction& direction);
  static void deliver(Direction& direction);
  void read_commands();
  void obey(std::string_view line);
  void apply(std::string_view which, std::string_view words);
  void print_counters() const;

  const Descriptor a_;
  const Descriptor b_;
  Direction ab_;
  Direction ba_;
  std::string input_;
  bool running_ = true;
};

void Shaper::run() {
  std::printf("{\"ready\":true}\n");
  std::fflush(stdout);
  while (running_) {
    wait();
    take_in(ab_);
    deliver(ab_);
    take_in(ba_);
    deliver(ba_);
  }
  print_counters();
}

// Waits until a packet or a command comes, or a packet is due.
void Shaper::wait() {
  const auto due_ab = ab_.path.deadline();
  const auto due_ba = ba_.path.deadline();
  timespec timeout{};
  timespec* limit = nullptr;
  if (due_ab || due_ba) {
    const TimePoint due =
        std::min(due_ab.value_or(TimePoint::max()), due_ba.value_or(TimePoint::max()));
    const Duration left = std::max(Duration(0), due - now());
    timeout.tv_sec = left / std::chrono::seconds(1);
    timeout.tv_nsec = (left % std::chrono::seconds(1)).count();
    limit = &timeout;
  }
  std::array<pollfd, 3> ready{
      {{STDIN_FILENO, POLLIN, 0}, {a_.get(), POLLIN, 0}, {b_.get(), POLLIN, 0}}};
  ppoll(ready.data(), ready.size(), limit, nullptr);
  if ((ready[0].revents & (POLLIN | POLLHUP)) != 0) read_commands();
}

void Shaper::take_in(Direction& direction) {
  std::array<uint8_t, netlab::PacketPool::kSlotBytes> packet;
  for (int count = 0; count < kPacketsPerTurn; ++count) {
    const ssize_t size = read(direction.from, packet.data(), packet.size());
    if (size <= 0) return;
    direction.path.send({packet.data(), static_cast<size_t>(size)}, now());
  }
}

void Shaper::deliver(Direction& direction) {
  while (const auto packet = direction.path.receive(now())) {
    if (write(direction.to, packet->data(), packet->size()) < 0) ++direction.write_errors;
  }
}

void Shaper::read_commands() {
  std::array<char, 4096> part{};
  const ssize_t got = read(STDIN_FILENO, part.data(), part.size());
  if (got <= 0) {
    running_ = false;
    return;
  }
  input_.append(part.data(), static_cast<size_t>(got));
  for (size_t end = 0; (end = input_.find('\n')) != std::string::npos; input_.erase(0, end + 1)) {
    obey(std::string_view(input_).substr(0, end));
    std::fflush(stdout);
  }
}

void Shaper::obey(std::string_view line) {
  const size_t blank = std::min(line.find(' '), line.size());
  const std::string_view command = line.substr(0, blank);
  if (command == "ab" || command == "ba" || command == "both") {
    apply(command, line.substr(blank));
  } else if (command == "counters") {
    print_counters();
  } else if (command == "reset") {
    ab_.path.reset_counters();
    ba_.path.reset_counters();
    std::printf("{\"ok\":true}\n");
  } else if (command == "quit") {
    running_ = false;
  } else {
    std::printf("{\"error\":\"unknown command\"}\n");
  }
}

void Shaper::apply(std::string_view which, std::string_view words) {
  const TimePoint time = now();
  netlab::Settings ab = ab_.path.settings();
  netlab::Settings ba = ba_.path.settings();
  std::optional<std::string> error;
  if (which != "ba") error = netlab::apply(words, time, ab);
  if (which != "ab" && !error) error = netlab::apply(words, time, ba);
  if (error) {
    std::printf("{\"error\":\"%s\"}\n", error->c_str());
    return;
  }
  ab_.path.set(ab, time);
  ba_.path.set(ba, time);
  std::printf("{\"ok\":true}\n");
}

void print(const char* name, const Direction& direction) {
  const Counters& counters = direction.path.counters();
  const auto value = [](const char* key, uint64_t number) {
    std::printf("\"%s\":%llu,", key, static_cast<unsigned long long>(number));
  };
  std::printf("\"%s\":{", name);
  value("packets_in", counters.packets_in);
  value("bytes_in", counters.bytes_in);
  value("packets_out", counters.packets_out);
  value("bytes_out", counters.bytes_out);
  value("dropped_loss", counters.dropped_loss);
  value("dropped_burst", counters.dropped_burst);
  value("dropped_queue", counters.dropped_queue);
  value("dropped_blackout", counters.dropped_blackout);
  value("dropped_size", counters.dropped_size);
  value("dropped_memory", counters.dropped_memory);
  value("duplicated", counters.duplicated);
  value("reordered", counters.reordered);
  value("max_queue_bytes", counters.max_queue_bytes);
  value("late_packets", counters.late_packets);
  value("write_errors", direction.write_errors);
  value("on_the_way", direction.path.packets_on_the_way());
  std::printf("\"max_queue_ms\":%.3f,\"max_lateness_ms\":%.3f}",
              milliseconds(counters.max_queue_delay), milliseconds(counters.max_lateness));
}

void Shaper::print_counters() const {
  std::printf("{");
  print("ab", ab_);
  std::printf(",");
  print("ba", ba_);
  std::printf("}\n");
  std::fflush(stdout);
}

// Raises the priority, because a path that is late for lack of CPU time measures the machine and
// not the network. Without the permission to do so, the lateness in the counters shows it.
void take_precedence() {
  sched_param priority{};
  priority.sched_priority = kRealTimePriority;
  sched_setscheduler(0, SCHED_FIFO, &priority);
  prctl(PR_SET_TIMERSLACK, kTimerSlackNanos);
  mlockall(MCL_CURRENT | MCL_FUTURE);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: netlab_shaper NAMESPACE_A NAMESPACE_B DEVICE SEED\n");
    return 2;
  }
  try {
    Descriptor a = netlab::open_tun(argv[1], argv[3]);
    Descriptor b = netlab::open_tun(argv[2], argv[3]);
    take_precedence();
    Shaper(std::move(a), std::move(b), std::strtoull(argv[4], nullptr, 10)).run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "netlab_shaper: %s\n", error.what());
    return 1;
  }
  return 0;
}
