// One end of a udp mapping in the simulator: a local program that sends datagrams at a fixed rate,
// or a target that returns each one.
#pragma once

#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "protocol/session/mapping.h"
#include "tests/simulation/event_queue.h"
#include "tests/simulation/sim_process.h"

namespace ngcshare::test {

struct DatagramPlan {
  size_t bytes = 200;  // of each, at least 9
  Duration interval = std::chrono::milliseconds(20);
  uint64_t count = 0;  // datagrams to send
};

class SimDatagrams : public MappingSink {
 public:
  // Becomes the mapping's sink. `process` must outlive it.
  SimDatagrams(EventQueue& queue, Mapping& mapping, const DatagramPlan& plan, SimProcess& process)
      : queue_(queue), mapping_(&mapping), plan_(plan), process_(process), role_(mapping.role()) {}

  // Reports, at the offerer, that the target has been reached.
  void acknowledge() {
    if (mapping_ == nullptr) return;
    mapping_->acknowledge();
    process_.settle();
  }
  void close(KillReason reason) {
    if (mapping_ == nullptr) return;
    std::exchange(mapping_, nullptr)->close(reason, queue_.now());
    process_.settle();
  }
  // Detaches from the mapping, whose process has ended.
  void abandon() { mapping_ = nullptr; }

  bool running() const { return mapping_ != nullptr; }
  uint64_t sent() const { return sent_; }
  uint64_t returned() const { return returned_; }
  bool corrupt() const { return corrupt_; }

  void on_established() override {
    queue_.after(plan_.interval, [this] { send_next(); });
  }
  void on_stream_data(Bytes /*bytes*/) override {}
  void on_stream_end() override {}
  void on_writable() override {}
  void on_closed(KillReason /*reason*/) override { mapping_ = nullptr; }
  void on_datagram(Bytes bytes) override {
    if (mapping_ == nullptr) return;
    if (role_ == Mapping::Role::kOfferer) {
      mapping_->send_datagram(bytes, queue_.now());
      return;
    }
    uint64_t number = 0;
    corrupt_ |= bytes.size() != plan_.bytes;
    if (corrupt_) return;
    std::memcpy(&number, bytes.data(), sizeof(number));
    corrupt_ |= number >= sent_ || bytes.back() != fill(number);
    ++returned_;
  }

 private:
  static uint8_t fill(uint64_t number) { return static_cast<uint8_t>(number * 31 + 7); }

  void send_next() {
    if (mapping_ == nullptr || sent_ >= plan_.count) return;
    std::vector<uint8_t> bytes(plan_.bytes, fill(sent_));
    std::memcpy(bytes.data(), &sent_, sizeof(sent_));
    ++sent_;
    mapping_->send_datagram(bytes, queue_.now());
    process_.settle();
    queue_.after(plan_.interval, [this] { send_next(); });
  }

  EventQueue& queue_;
  Mapping* mapping_;
  const DatagramPlan plan_;
  SimProcess& process_;
  const Mapping::Role role_;
  uint64_t sent_ = 0;
  uint64_t returned_ = 0;
  bool corrupt_ = false;
};

}  // namespace ngcshare::test
