// One end of a tcp mapping in the simulator: a local program that sends a known number of known
// bytes and takes what it receives at its own pace. What is to be sent follows from the mapping's
// id, so each end knows what the other will send.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "protocol/mapping.h"
#include "tests/simulation/event_queue.h"
#include "tests/simulation/seeded_entropy.h"

namespace ngcshare::test {

struct StreamPlan {
  size_t most_bytes = 3000;    // in each direction
  size_t read_size = 1 << 20;  // what the local program takes at once
  Duration read_interval{};    // and how often
  Duration most_think_time{};  // before the first byte is sent
};

class SimStream : public MappingSink {
 public:
  // `settle` is called after the stream has called the session. The mapping's sink is set.
  SimStream(EventQueue& queue, Mapping& mapping, const StreamPlan& plan,
            std::function<void()> settle);

  // Offerer: the target has been reached.
  void acknowledge();
  void close(KillReason reason);
  // The local program takes nothing any more.
  void stop_reading() {
    if (mapping_ != nullptr) mapping_->pause_reading();
  }
  // The process that it lived in is no more.
  void abandon() { mapping_ = nullptr; }

  bool running() const { return mapping_ != nullptr; }
  bool established() const { return established_; }
  std::optional<KillReason> closed() const { return closed_; }
  size_t most_buffered() const { return most_buffered_; }
  // Everything has been sent, and everything that the other end sends has come.
  bool complete() const { return sent_ == to_send_ && received_all(); }
  bool received_all() const { return received_ == to_receive_; }
  bool corrupt() const { return corrupt_; }
  MsgId id() const { return id_; }
  Mapping::Role role() const { return role_; }
  // What went wrong, for a failed test.
  std::string describe() const;

  void on_established() override;
  void on_stream_data(Bytes bytes) override;
  void on_stream_end() override;
  void on_datagram(Bytes /*bytes*/) override {}
  void on_writable() override { write_more(); }
  void on_closed(KillReason reason) override;

 private:
  void begin();
  void write_more();
  void read_some();
  void read_later();

  EventQueue& queue_;
  Mapping* mapping_;
  const StreamPlan plan_;
  std::function<void()> settle_;
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
