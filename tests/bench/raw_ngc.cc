// Measures the speed of NGC itself: lossy private packets of full size between two plain toxcore
// peers, with only a window against loss. Prints one JSON object per line.
//
//   raw_ngc receive [--udp-port PORT] [--bootstrap HOST:PORT:KEY] [--host HOST]
//       founds a group and answers until standard input ends; others reach it at HOST (default
//       127.0.0.1)
//   raw_ngc send CHAT_ID --bootstrap HOST:PORT:KEY [--udp-port PORT] [--window PACKETS]
//       joins it, prints "connected" and runs commands from standard input, one at a time:
//         run SECONDS     sends as fast as possible and reports how much arrived
//         ping COUNT      measures round trips of a small packet, one after another
#include <tox/tox.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <iostream>
#include <map>
#include <stdexcept>
#include <vector>

#include "tests/bench/plain_tox.h"

namespace {

using bench::PlainTox;
using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;
using Packet = std::span<const uint8_t>;

constexpr size_t kPacketBytes = 1373;  // NGC's largest packet
// Packets in flight. The receiver's socket holds three times as much by default (toxcore asks for
// 2 MiB, if the system allows that).
constexpr uint64_t kWindow = 256;
constexpr uint64_t kPacketsPerReport = 16;
constexpr int kPacketsPerTurn = 32;

// The first byte of a packet is its kind; numbers follow in the machine's byte order.
enum Kind : uint8_t { kData = 'D', kReport = 'R', kPing = 'P', kPong = 'Q' };

struct Report {
  uint64_t received;  // data packets since the start
  uint64_t next;      // the highest number seen, plus 1
};

uint64_t number_in(Packet packet, size_t at) {
  uint64_t value = 0;
  std::memcpy(&value, packet.data() + at, sizeof(value));
  return value;
}

void put_number(std::span<uint8_t> packet, size_t at, uint64_t value) {
  std::memcpy(packet.data() + at, &value, sizeof(value));
}

double seconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

class Receiver {
 public:
  explicit Receiver(PlainTox& tox) : tox_(tox) {
    tox_.on_packet = [this](uint32_t peer, Packet packet) { take(peer, packet); };
  }

  // Runs until standard input ends.
  void run() {
    while (!tox_.wait(milliseconds(50), STDIN_FILENO) || !bench::input_ended()) {
      tox_.iterate();
      if (unreported_ > 0)
        report();  // the socket is empty, so no later packet would report the last ones
    }
  }

 private:
  void take(uint32_t peer, Packet packet) {
    if (packet.size() >= 9 && packet[0] == kPing) {
      std::vector<uint8_t> answer(packet.begin(), packet.end());
      answer[0] = kPong;
      tox_.send(peer, answer);
    } else if (packet.size() == kPacketBytes && packet[0] == kData) {
      sender_ = peer;
      ++seen_.received;
      seen_.next = std::max(seen_.next, number_in(packet, 1) + 1);
      if (++unreported_ >= kPacketsPerReport) report();
    }
  }

  void report() {
    std::array<uint8_t, 17> packet{kReport};
    put_number(packet, 1, seen_.received);
    put_number(packet, 9, seen_.next);
    tox_.send(sender_, packet);
    unreported_ = 0;
  }

  PlainTox& tox_;
  uint32_t sender_ = 0;
  Report seen_{};
  uint64_t unreported_ = 0;
};

class Sender {
 public:
  Sender(PlainTox& tox, uint64_t window) : tox_(tox), window_(window) {
    tox_.on_peer = [this](uint32_t peer) {
      if (!peer_) std::printf("{\"event\":\"connected\"}\n");
      std::fflush(stdout);
      peer_ = peer;
    };
    tox_.on_packet = [this](uint32_t, Packet packet) { take(packet); };
  }

  // Runs until standard input ends.
  void run() {
    while (obey_next()) tox_.iterate();
  }

 private:
  bool obey_next();
  void ping(int count);
  void flood(double seconds);
  bool one_round_trip();
  void take(Packet packet);

  PlainTox& tox_;
  const uint64_t window_;
  std::optional<uint32_t> peer_;
  uint64_t next_ = 0;
  uint64_t settled_ = 0;  // packets below are no longer in flight
  uint64_t pongs_ = 0;
  Report reported_{};
  SteadyClock::time_point last_report_{};
  double round_trip_ = 0.02;  // seconds; initial guess
};

// Runs one command, or waits once for it. Returns false if there will be none.
bool Sender::obey_next() {
  if (!tox_.wait(milliseconds(50), STDIN_FILENO)) return true;
  std::string command;
  double value = 0;
  if (!(std::cin >> command >> value) || !peer_) return false;
  if (command == "run") flood(value);
  if (command == "ping") ping(static_cast<int>(value));
  std::fflush(stdout);
  return true;
}

void Sender::take(Packet packet) {
  if (packet.size() >= 17 && packet[0] == kReport) {
    reported_.received = std::max(reported_.received, number_in(packet, 1));
    reported_.next = std::max(reported_.next, number_in(packet, 9));
    settled_ = std::max(settled_, reported_.next);
    last_report_ = SteadyClock::now();
  } else if (packet.size() >= 9 && packet[0] == kPong) {
    pongs_ = number_in(packet, 1);
  }
}

bool Sender::one_round_trip() {
  std::array<uint8_t, 64> packet{kPing};
  const uint64_t wanted = pongs_ + 1;
  put_number(packet, 1, wanted);
  tox_.send(*peer_, packet);
  const auto start = SteadyClock::now();
  while (pongs_ != wanted) {
    if (seconds_since(start) > 1) return false;
    tox_.wait(milliseconds(50));
    tox_.iterate();
  }
  return true;
}

void Sender::ping(int count) {
  std::vector<double> times;
  for (int number = 0; number < count; ++number) {
    const auto start = SteadyClock::now();
    if (one_round_trip()) times.push_back(seconds_since(start));
  }
  if (times.empty()) times.push_back(1);
  std::sort(times.begin(), times.end());
  round_trip_ = times[times.size() / 2];
  std::printf("{\"event\":\"ping\",\"median_ms\":%.4f,\"p99_ms\":%.4f,\"count\":%zu}\n",
              round_trip_ * 1000, times[times.size() * 99 / 100] * 1000, times.size());
}

void Sender::flood(double seconds) {
  const double patience = std::max(0.02, 3 * round_trip_);  // then packets in flight count as lost
  const uint64_t first = next_;
  const uint64_t received_before = reported_.received;
  const auto start = last_report_ = SteadyClock::now();
  std::vector<uint8_t> packet(kPacketBytes, 0x5A);
  packet[0] = kData;
  while (seconds_since(start) < seconds) {
    for (int count = 0; count < kPacketsPerTurn && next_ - settled_ < window_; ++count) {
      put_number(packet, 1, next_);
      if (!tox_.send(*peer_, packet)) break;
      ++next_;
    }
    if (next_ - settled_ >= window_) tox_.wait(milliseconds(5));
    tox_.iterate();
    if (seconds_since(last_report_) > patience) {
      settled_ = next_;
      last_report_ = SteadyClock::now();
    }
  }
  while (settled_ < next_ && seconds_since(last_report_) < patience) {
    tox_.wait(milliseconds(1));
    tox_.iterate();
  }
  const double took = std::chrono::duration<double>(std::max(last_report_, start) - start).count();
  const uint64_t delivered = reported_.received - received_before;
  std::printf(
      "{\"event\":\"result\",\"seconds\":%.3f,\"sent\":%llu,\"delivered\":%llu,"
      "\"megabytes_per_second\":%.3f}\n",
      took, static_cast<unsigned long long>(next_ - first),
      static_cast<unsigned long long>(delivered),
      static_cast<double>(delivered * kPacketBytes) / std::max(took, 1e-9) / 1e6);
}

[[noreturn]] void usage() {
  std::fprintf(
      stderr,
      "usage: raw_ngc receive [--udp-port PORT] [--bootstrap HOST:PORT:KEY] [--host HOST]\n"
      "       raw_ngc send CHAT_ID --bootstrap HOST:PORT:KEY [--udp-port PORT] "
      "[--window PACKETS]\n");
  std::exit(2);
}

// Reads --NAME VALUE pairs from `first` on.
std::map<std::string, std::string> read_options(const std::vector<std::string>& words,
                                                size_t first) {
  std::map<std::string, std::string> options;
  for (size_t at = first; at < words.size(); at += 2) {
    if (at + 1 == words.size() || words[at].rfind("--", 0) != 0) usage();
    options[words[at].substr(2)] = words[at + 1];
  }
  return options;
}

int run(const std::vector<std::string>& words) {
  const bool sending = words.size() >= 2 && words[0] == "send";
  if (!sending && (words.empty() || words[0] != "receive")) usage();
  auto options = read_options(words, sending ? 2 : 1);
  const auto boot = parse_boot_node(options["bootstrap"]);
  if (!boot && (sending || !options["bootstrap"].empty())) usage();
  const auto port = static_cast<uint16_t>(std::atoi(options["udp-port"].c_str()));
  PlainTox tox(port, boot);
  if (sending) {
    tox.join(words[1], "sender");
    const int window = std::atoi(options["window"].c_str());
    Sender(tox, window > 0 ? static_cast<uint64_t>(window) : kWindow).run();
    return 0;
  }
  const std::string host = options["host"].empty() ? "127.0.0.1" : options["host"];
  std::printf("{\"event\":\"ready\",\"chat_id\":\"%s\",\"bootstrap\":\"%s\"}\n",
              tox.found("raw", "receiver").c_str(), tox.address(host).c_str());
  std::fflush(stdout);
  Receiver(tox).run();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "raw_ngc: %s\n", error.what());
    return 1;
  }
}
