#include "tests/whole_program/process.h"

#include <sys/timerfd.h>

#include <cerrno>

#include "tests/fuzz/byte_source.h"

// Takes the place of the system's function. Without a timerfd, which keeps real time, Asio compares
// its timers with the clock in each turn of a loop.
// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name)
extern "C" int timerfd_create(int /*clock*/, int /*flags*/) noexcept {
  errno = ENOSYS;
  return -1;
}

namespace ngcshare::test {

// A participant as the contact of a process.
class Process::GroupMember : public PeerContact {
 public:
  GroupMember(Network& network, const Key& self, const Key& other)
      : network_(network), self_(self), other_(other) {}

  SendResult send(Outgoing where, Frame& frame) override {
    if (absent_) return SendResult::kGone;
    const SendResult result = network_.send(self_, other_, where, frame.body());
    if (result == SendResult::kSent) sent_.add(frame.body().size());
    return result;
  }
  const Traffic& sent() const override { return sent_; }
  void set_absent() override { absent_ = true; }
  void set_present() { absent_ = false; }
  std::optional<Role> role() const override {
    return absent_ ? std::nullopt : network_.role(other_);
  }
  std::string nick() const override { return absent_ ? std::string() : network_.nick(other_); }

 private:
  Network& network_;
  const Key self_;
  const Key other_;
  bool absent_ = false;
  Traffic sent_;
};

Process::Process(Network& network, const Identity& who)
    : network_(network),
      who_(who),
      entropy_(who.seed),
      hub_(loop_, entropy_, {.capabilities = who.capabilities}) {
  hub_.set_public_sender(this);
}

Process::~Process() { network_.leave(who_.key, *this); }

void Process::end(bool orderly) {
  if (!orderly) network_.leave(who_.key, *this);
  say_farewell();
  hub_.shut_down();
  network_.leave(who_.key, *this);
}

bool Process::run_ready() {
  constexpr size_t kEndless = 1'000'000;
  size_t ran = 0;
  while (loop_.poll_one() > 0) fuzz::require(++ran < kEndless);
  return ran > 0;
}

// -- the group -------------------------------------------------------------------------------

void Process::on_join(const Key& who) {
  const storage::Person person{kGroup, who};
  const Role role = network_.role(who).value_or(Role::kObserver);
  Peer* const peer = hub_.find(person);
  if (peer == nullptr) {
    hub_.join(person, role, std::make_unique<GroupMember>(network_, who_.key, who));
    return;
  }
  static_cast<GroupMember&>(*peer->contact).set_present();
  hub_.come_back(*peer, role);
}

void Process::on_exit(const Key& who, bool for_good) {
  Peer* const peer = hub_.find({kGroup, who});
  if (peer == nullptr) return;
  if (for_good) {
    hub_.leave(*peer);
  } else if (!peer->absent_until) {
    hub_.lose(*peer);
  }
}

void Process::on_packet(const Key& from, PacketId id, bool is_public, Bytes body) {
  Peer* const peer = hub_.find({kGroup, from});
  if (peer != nullptr && !peer->absent_until) {
    hub_.receive(*peer, id, is_public, body, body.size() + 2);
  }
}

SendResult Process::send_public(const Key& chat_id, const Packet& packet) {
  if (chat_id != kGroup) return SendResult::kGone;
  Frame frame;
  const Outgoing where = encode_packet(packet, frame);
  return network_.send_public(who_.key, where, frame.body());
}

}  // namespace ngcshare::test
