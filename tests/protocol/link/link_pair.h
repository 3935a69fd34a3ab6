// Two links whose packets the test carries by hand: it sees each one and decides its fate.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/link/link.h"

namespace ngcshare::test {

struct HandedContact : Contact {
  std::deque<std::vector<uint8_t>> packets;
  SendResult result = SendResult::kSent;
  int refused = 0;

  SendResult send(Outgoing where, Frame& frame) override {
    wrong_channel =
        wrong_channel || where.channel != Channel::kLossy || where.id != PacketId::kAccept;
    if (result == SendResult::kSent) {
      packets.emplace_back(frame.body().begin(), frame.body().end());
    } else {
      ++refused;
    }
    return result;
  }
  bool wrong_channel = false;
};

// Records events and reads bytes at once, unless switched off.
struct RecordingHandler : link::LinkHandler {
  link::Link* link = nullptr;
  bool reads = true;
  std::vector<std::string> controls;
  std::set<MsgId> over;
  std::map<MsgId, std::string> bytes;
  std::set<MsgId> ended;
  std::vector<MsgId> writable;
  std::vector<MsgId> errors;    // of the protocol
  std::vector<MsgId> given_up;  // because memory was short
  bool pump_wanted = false;
  std::function<void(MsgId)> when_readable;

  void on_control(PacketId id, Bytes body, TimePoint /*now*/) override {
    controls.push_back(std::to_string(static_cast<int>(id)) +
                       std::string(body.begin(), body.end()));
  }
  bool is_over(MsgId stream) const override { return over.contains(stream); }
  void on_readable(MsgId stream, TimePoint now) override {
    if (when_readable) when_readable(stream);
    if (reads) read(stream, now);
  }
  void read(MsgId stream, TimePoint now) {
    for (Bytes more = link->readable(stream); !more.empty(); more = link->readable(stream)) {
      bytes[stream].append(more.begin(), more.end());
      link->consume(stream, more.size(), now);
    }
    if (link->at_end(stream)) ended.insert(stream);
  }
  void on_writable(MsgId stream, TimePoint /*now*/) override { writable.push_back(stream); }
  void on_pump_wanted() override { pump_wanted = true; }
  void on_stream_error(MsgId stream, StreamError error, TimePoint /*now*/) override {
    (error == StreamError::kMemory ? given_up : errors).push_back(stream);
    link->abandon(stream);
    over.insert(stream);
  }
};

struct HandedEnd {
  explicit HandedEnd(const link::Link::Config& config) : link(contact, handler, config) {
    handler.link = &link;
  }
  HandedContact contact;
  RecordingHandler handler;
  link::Link link;

  // Returns the bodies of the packets that wait in the contact, and removes them.
  std::vector<std::vector<uint8_t>> take() {
    std::vector<std::vector<uint8_t>> taken(contact.packets.begin(), contact.packets.end());
    contact.packets.clear();
    return taken;
  }
};

class LinkPair {
 public:
  static constexpr uint16_t kTokenOfA = 0xA1;
  static constexpr uint16_t kTokenOfB = 0xB2;

  explicit LinkPair(link::CongestionAlgorithm congestion = link::CongestionAlgorithm::kBbr,
                    link::MemoryBudget* memory_of_a = nullptr,
                    link::MemoryBudget* memory_of_b = nullptr)
      : a({kTokenOfA, kTokenOfB, congestion, memory_of_a}),
        b({kTokenOfB, kTokenOfA, congestion, memory_of_b}) {}

  void pass(Duration time) { now += time; }
  void pump() {
    a.link.pump(now);
    b.link.pump(now);
  }
  // Serves the timers of both ends that are due.
  void tick() {
    for (HandedEnd* const end : {&a, &b}) {
      const auto due = end->link.deadline();
      if (due && *due <= now) end->link.tick(now);
    }
    pump();
  }
  // Delivers the packets that `from` has sent, in order.
  void carry(HandedEnd& from) {
    HandedEnd& to = &from == &a ? b : a;
    for (const auto& packet : from.take()) to.link.receive(packet, now);
    to.link.pump(now);
  }
  // Exchanges packets over a path of `one_way` each way. Timers run every half millisecond.
  void exchange(int round_trips, Duration one_way = std::chrono::milliseconds(10)) {
    for (int i = 0; i < 2 * round_trips; ++i) {
      const auto from_a = a.take();
      const auto from_b = b.take();
      const TimePoint arrival = now + one_way;
      while (now < arrival) {
        now = std::min(arrival, now + std::max<Duration>(one_way / 20, Duration(500)));
        tick();
      }
      for (const auto& packet : from_a) b.link.receive(packet, now);
      for (const auto& packet : from_b) a.link.receive(packet, now);
      pump();
    }
  }
  void open(MsgId id) {
    a.link.open(id);
    b.link.open(id);
  }
  // Lets both ends measure the path and grow to full packets.
  void warm_up() {
    open(kWarmUp);
    write(a, kWarmUp, std::string(200'000, 'w'));
    a.link.finish(kWarmUp);
    b.link.finish(kWarmUp);
    pump();
    exchange(20);
    for (HandedEnd* const end : {&a, &b}) {
      end->link.release(kWarmUp);
      end->handler.over.insert(kWarmUp);
      end->contact.packets.clear();
    }
  }

  static size_t write(HandedEnd& end, MsgId id, std::string_view text) {
    return end.link.write(id, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
  }

  static constexpr MsgId kWarmUp = 0xFEED;

  TimePoint now{std::chrono::hours(1)};
  HandedEnd a;
  HandedEnd b;
};

}  // namespace ngcshare::test
