// The contact of a session under test: takes packets, is full or gone for a while when told so, and
// checks everything that is sent.
#pragma once

#include <set>
#include <vector>

#include "protocol/link/packet.h"
#include "protocol/wire/contact.h"
#include "tests/fuzz/byte_source.h"
#include "tests/fuzz/stream_ledger.h"

namespace ngcshare::fuzz {

class CheckingContact : public Contact {
 public:
  explicit CheckingContact(StreamLedger& ledger) : ledger_(ledger) {}

  // The next `packets` are answered with `result`. From then on an Offer may wait while its Kill
  // does not, and is no longer checked for the use of dead ids.
  void refuse(SendResult result, int packets) {
    strict_ = false;
    result_ = result;
    refusals_ = packets;
  }
  void set_relayed(bool relayed) { relayed_ = relayed; }
  // Requires that no link packet is sent until this is called with false.
  void expect_silent_link(bool silent) { link_silent_ = silent; }
  // The peer has killed this id.
  void note_death(MsgId id) { dead_.insert(id); }

  SendResult send(Outgoing where, Frame& frame) override {
    if (refusals_ > 0) {
      --refusals_;
      return result_;
    }
    ++sent_;
    const Bytes body = frame.body();
    const bool lossless = where.channel == Channel::kLossless;
    require(body.size() <= (lossless ? kMaxLosslessBodyBytes : Frame::kMaxBodyBytes));
    if (where.id == PacketId::kData && !lossless) {
      require(decode_datagram(body).has_value());
    } else if (!lossless && body[0] == kLinkMark) {
      note_link_packet(body);
    } else {
      note(where, body);
    }
    return SendResult::kSent;
  }
  bool relayed() const override { return relayed_; }

  uint64_t sent() const { return sent_; }
  uint64_t unknown_kills() const { return unknown_kills_; }
  // Returns the number that the link's next packet will have.
  uint64_t next_link_packet() const { return next_link_packet_; }
  // Ids of the offers that went out, at most the last 16.
  const std::vector<MsgId>& offered() const { return offered_; }

 private:
  void note(Outgoing where, Bytes body) {
    const auto packet = decode_packet(where.id, body);
    // An Accept can't be read when the peer gave its offer an id that SPEC.md §2 rules out.
    require(packet.has_value() || is_unreadable_accept(where, body));
    if (!packet || where.channel != Channel::kLossless) return;
    if (const auto* kill = std::get_if<Kill>(&*packet)) note_kill(*kill);
    if (const auto* data = std::get_if<StreamData>(&*packet)) note_data(*data);
    const auto* offer = std::get_if<Offer>(&*packet);
    if (offer == nullptr) return;
    require(!strict_ || !dead_.contains(offer->id));
    if (offered_.size() >= 16) offered_.erase(offered_.begin());
    offered_.push_back(offer->id);
  }
  static bool is_unreadable_accept(Outgoing where, Bytes body) {
    return where.id == PacketId::kAccept && body[0] >= kFirstMarkByte;
  }

  void note_kill(const Kill& kill) {
    if (kill.reason == KillReason::kUnknown) {
      ++unknown_kills_;  // says nothing about an offer that stands
    } else if (kill.reason != KillReason::kAck) {
      dead_.insert(kill.id);
    }
  }
  void note_data(const StreamData& data) {
    const uint64_t offset = ledger_.note_sent_as_data(data.mapping_id, data.bytes.size());
    require(StreamLedger::is_content(offset, data.bytes));
  }

  void note_link_packet(Bytes body) {
    require(!link_silent_);
    const auto header = link::decode_link_packet(body, frames_);
    require(header.has_value());
    // A new link begins at 0, and any may leave out a number.
    const uint64_t number = header->packet_number;
    require(number == 0 || number == next_link_packet_ || number == next_link_packet_ + 1);
    next_link_packet_ = header->packet_number + uint64_t{1};
    for (const auto& frame : frames_) {
      if (const auto* stream = std::get_if<link::StreamFrame>(&frame)) note_stream(*stream);
      if (const auto* control = std::get_if<link::ControlFrame>(&frame)) note_control(*control);
    }
  }
  // Compares 32-bit offsets, which are whole ones, because less than 4 GiB is written.
  void note_stream(const link::StreamFrame& frame) {
    require(frame.offset + frame.bytes.size() <= ledger_.written(frame.id));
    require(StreamLedger::is_content(frame.offset, frame.bytes));
  }
  void note_control(const link::ControlFrame& frame) {
    const Outgoing where{Channel::kLossy, static_cast<PacketId>(frame.id)};
    const auto packet = decode_packet(where.id, frame.body);
    require(packet.has_value() || is_unreadable_accept(where, frame.body));
    if (!packet) return;
    const auto* const kill = std::get_if<Kill>(&*packet);
    require(kill != nullptr || std::holds_alternative<Accept>(*packet) ||
            std::holds_alternative<AckAcc>(*packet));
    if (kill != nullptr) dead_.insert(kill->id);
  }

  StreamLedger& ledger_;
  std::vector<link::LinkFrame> frames_;
  SendResult result_ = SendResult::kSent;
  bool strict_ = true;
  bool relayed_ = false;
  bool link_silent_ = false;
  std::set<MsgId> dead_;
  int refusals_ = 0;
  uint64_t sent_ = 0;
  uint64_t unknown_kills_ = 0;
  uint64_t next_link_packet_ = 0;
  std::vector<MsgId> offered_;
};

}  // namespace ngcshare::fuzz
