// The link to one peer from the session's point of view (SPEC.md §8.1): when there is one, whether
// the peer has its end of it too, and which packets travel on it.
//
// A link that is dropped lives on until bury(), because one of its own packets may be the reason.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "protocol/link/link.h"
#include "protocol/session/relay_allowance.h"
#include "protocol/wire/contact.h"
#include "protocol/wire/packet.h"

namespace ngcshare {

// Owns a PeerLink and receives what the link delivers.
class LinkOwner : public link::LinkHandler {
 public:
  // The link has something to send: call pump() soon. Not called from inside pump().
  virtual void on_link_work() = 0;
};

class PeerLink {
 public:
  struct Config {
    uint32_t own_epoch = 0;
    link::CongestionAlgorithm congestion = link::CongestionAlgorithm::kBbr;
    link::MemoryBudget* memory = nullptr;     // must outlive the link; nullptr: unlimited
    link::SharedLoss* shared_loss = nullptr;  // must outlive the link; nullptr: no other links
    Entropy* entropy = nullptr;               // must outlive the link; nullptr: see Link::Config
  };

  // Contact and owner must outlive the PeerLink.
  PeerLink(Contact& contact, LinkOwner& owner, const Config& config);

  // -- its life ------------------------------------------------------------------------------
  // Sets the epoch for the next make().
  void set_own_epoch(uint32_t epoch) { config_.own_epoch = epoch; }
  // Makes this side's end unless there is one. Call when both sides are known to have kCapLink.
  void make(uint32_t peer_epoch);
  // Ends the link and all its streams without telling the peer.
  void drop();
  // Destroys dropped links. Not to be called from inside a LinkOwner's function.
  void bury() { dead_.clear(); }
  // The peer has shown that it has its end.
  void note_peer_ready() { peer_ready_ = true; }
  // Sends no more control packets over the link, because there is no time to wait for its turn.
  void bypass() { peer_ready_ = false; }

  bool exists() const { return link_ != nullptr; }
  // Returns nullptr if there is no link.
  link::Link* get() { return link_.get(); }
  // Returns whether control packets can travel on the link, where they arrive without repetition.
  bool carries_control() const { return peer_ready_ && link_ != nullptr; }
  std::optional<link::Link::Stats> stats() const;
  bool sums_hold() const { return link_ == nullptr || link_->sums_hold(); }

  // -- packets -------------------------------------------------------------------------------
  // Returns whether packets of this kind may travel on a link: Accept, Ack-Acc and Kill.
  static bool may_carry(const Packet& packet);
  // Returns false if the packet is none of this link's.
  bool receive(Bytes body, TimePoint now);
  // Returns false if the packet must be sent another way.
  bool send_control(const Packet& packet);
  // Returns whether a datagram may be sent beside the link now; see MappingHost.
  bool admits_datagram(size_t bytes, size_t packets, TimePoint now);
  // Counts a Data packet that was sent beside the link.
  void on_datagram_sent(const Packet& sent, TimePoint now);
  // Counts a Data packet that has come beside the link.
  void on_datagram_received() {
    if (link_ != nullptr) link_->on_datagram_received();
  }
  // Says whether both sides have named kCapCount.
  void set_datagrams_reported(bool reported) {
    if (link_ != nullptr) link_->set_datagrams_reported(reported);
  }
  // Calls on_link_work() for an owner that has written to get().
  void note_work() {
    if (!pumping_) owner_.on_link_work();
  }

  // -- streams -------------------------------------------------------------------------------
  // Returns whether the stream's bytes are still on their way or expected.
  bool has_stream(MsgId id) const { return link_ != nullptr && link_->is_open(id); }
  // Ends the stream of a mapping. With `all_read` both directions were read to their end, so
  // written bytes still arrive; otherwise neither side wants any more of them.
  void end_stream(MsgId id, bool all_read);
  // Records that the stream of an id was never opened here and never will be; see Link.
  void give_up_unopened(MsgId id) {
    if (link_ == nullptr) return;
    link_->give_up_unopened(id);
    note_work();
  }
  size_t unfinished_ends() const { return link_ != nullptr ? link_->unfinished_ends() : 0; }

  // -- path and time -------------------------------------------------------------------------
  // Returns whether the link has found the contact full.
  bool waits_for_room() const { return link_ != nullptr && link_->waits_for_room(); }
  // Returns whether mappings over the link are worth waiting for: any stream is open.
  bool has_streams() const { return link_ != nullptr && link_->stream_count() > 0; }
  // Sends nothing until resume().
  void suspend() {
    if (link_ != nullptr) link_->suspend();
  }
  // The peer is back, perhaps by another path.
  void resume(TimePoint now);
  // A packet has come from the peer, so it can be reached.
  void note_reachable(TimePoint now) {
    if (link_ != nullptr) link_->resume(now);
  }
  void pump(TimePoint now);
  void tick(TimePoint now) {
    if (link_ != nullptr) link_->tick(now);
  }
  std::optional<TimePoint> deadline() const {
    return link_ != nullptr ? link_->deadline() : std::nullopt;
  }

 private:
  bool relayed(TimePoint now);

  Contact& contact_;
  LinkOwner& owner_;
  Config config_;
  std::unique_ptr<link::Link> link_;
  std::vector<std::unique_ptr<link::Link>> dead_;
  bool peer_ready_ = false;
  bool pumping_ = false;
  TimePoint path_checked_{};
  bool relayed_ = false;  // when it was checked
  RelayAllowance relay_allowance_;
};

}  // namespace ngcshare
