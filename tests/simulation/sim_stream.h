// One end of a TCP mapping in the simulator: a local program that sends a known number of known
// bytes and reads at its own pace. The bytes follow from the mapping's id, so each end knows what
// the other sends.
#pragma once

#include <optional>
#include <string>

#include "protocol/session/mapping.h"
#include "tests/simulation/event_queue.h"
#include "tests/simulation/sim_process.h"
#include "tests/support/seeded_entropy.h"

namespace ngcshare::test {

struct StreamPlan {
  size_t most_bytes = 3000;    // in each direction
  size_t read_size = 1 << 20;  // bytes that the local program reads at once
  Duration read_interval{};    // between two reads
  Duration most_think_time{};  // longest wait before the first byte is sent
};

class SimStream : public MappingSink {
 public:
  // Becomes the mapping's sink. `process` must outlive the stream.
  SimStream(EventQueue& queue, Mapping& mapping, const StreamPlan& plan, SimProcess& process);

  // Sends bytes before the answer to Accept, as far as that may be done.
  void begin_early() {
    if (mapping_ != nullptr && mapping_->may_send()) begin();
  }
  // Reports, at the offerer, that the target has been reached.
  void acknowledge();
  void close(KillReason reason);
  // Makes the local program stop reading, and go on.
  void stop_reading() {
    if (mapping_ != nullptr) mapping_->pause_reading();
  }
  void go_on_reading() {
    if (mapping_ == nullptr) return;
    mapping_->resume_reading();
    process_.settle();
  }
  // Detaches from the mapping, whose process has ended.
  void abandon() { mapping_ = nullptr; }

  bool running() const { return mapping_ != nullptr; }
  bool established() const { return established_; }
  std::optional<KillReason> closed() const { return closed_; }
  size_t most_buffered() const { return most_buffered_; }
  // Returns true if all bytes have been sent, and all bytes of the other end have arrived.
  bool complete() const { return sent_ == to_send_ && received_all(); }
  bool received_all() const { return received_ == to_receive_; }
  bool corrupt() const { return corrupt_; }
  // Returns the bytes that are still to travel in both directions.
  size_t bytes_left() const { return to_send_ - sent_ + to_receive_ - received_; }
  MsgId id() const { return id_; }
  Mapping::Role role() const { return role_; }
  // Describes the stream's state, for a failed test.
  std::string describe() const;

  void on_established() override;
  void on_stream_data(Bytes bytes) override;
  void on_stream_end() override;
  void on_datagram(Bytes /*bytes*/) override {}
  void on_writable() override {
    process_.count_call();
    write_more();
  }
  void on_closed(KillReason reason) override;

 private:
  void begin();
  void write_more();
  void read_some();
  void read_later();

  EventQueue& queue_;
  Mapping* mapping_;
  const StreamPlan plan_;
  SimProcess& process_;
  const MsgId id_;
  const Mapping::Role role_;
  size_t to_send_ = 0;
  size_t to_receive_ = 0;
  size_t sent_ = 0;
  size_t received_ = 0;
  size_t buffered_ = 0;
  size_t most_buffered_ = 0;
  bool begun_ = false;
  bool established_ = false;
  bool read_scheduled_ = false;
  bool ended_ = false;
  bool corrupt_ = false;
  std::optional<KillReason> closed_;
};

}  // namespace ngcshare::test
