// Links and the path between their ends in virtual time, with streams whose bytes are known, so
// that what arrives can be checked to the byte.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "protocol/link/link.h"
#include "tests/bench/netlab/path.h"
#include "tests/simulation/event_queue.h"

namespace ngcshare::test {

// What one end of a stream does: sends so many bytes, then finishes; reads at most so much at a
// time and so often.
struct StreamManner {
  uint64_t to_send = 0;
  bool endless = false;  // sends as long as there is room, and never finishes
  uint64_t read_bytes = UINT64_MAX;
  Duration read_interval{};
};

class LinkWorld;

// One end: a link, its contact and its handler, and the programs that use its streams.
class LinkEnd : public Contact, public link::LinkHandler {
 public:
  struct Progress {
    StreamManner manner;
    uint64_t written = 0;
    uint64_t read = 0;
    bool ended = false;  // the peer's end has been read
    bool corrupt = false;
    bool read_scheduled = false;
  };

  LinkEnd(LinkWorld& world, size_t pair, int side, const link::Link::Config& config);

  void open(MsgId id, const StreamManner& manner);
  // After the link was called from outside.
  void settle();

  link::Link& link() { return *link_; }
  Progress& stream(MsgId id) { return streams_.at(id); }
  std::map<MsgId, Progress>& streams() { return streams_; }
  uint64_t bytes_read() const { return bytes_read_; }
  const std::vector<std::string>& controls() const { return controls_; }
  int errors() const { return errors_; }
  // What a socket's buffer would hold: sends fail while it is so.
  void set_contact(SendResult result) { contact_ = result; }
  void send_datagram(size_t bytes, TimePoint now);

  SendResult send(Outgoing where, Frame& frame) override;
  void on_control(PacketId id, Bytes body, TimePoint now) override;
  bool is_over(MsgId stream) const override { return over_.contains(stream); }
  void on_readable(MsgId stream, TimePoint now) override;
  void on_writable(MsgId stream, TimePoint now) override;
  void on_stream_error(MsgId stream, TimePoint now) override;

 private:
  friend class LinkWorld;
  void write_more(MsgId id, Progress& progress);
  void read_some(MsgId id, TimePoint now);
  void end_if_done(MsgId id, Progress& progress);

  LinkWorld& world_;
  const size_t pair_;
  const int side_;
  std::unique_ptr<link::Link> link_;
  std::map<MsgId, Progress> streams_;
  std::set<MsgId> over_;
  std::vector<std::string> controls_;
  uint64_t bytes_read_ = 0;
  int errors_ = 0;
  SendResult contact_ = SendResult::kSent;
};

class LinkWorld {
 public:
  // So many links share the path, as between two gateways' machines.
  explicit LinkWorld(uint64_t seed,
                     link::CongestionAlgorithm congestion = link::CongestionAlgorithm::kBbr,
                     size_t links = 1);

  // Both directions, or one.
  void set_path(const netlab::Settings& settings);
  void set_path(int from, const netlab::Settings& settings);
  // Opens a stream at both ends of a link, the first or another.
  void open(MsgId id, const StreamManner& a, const StreamManner& b, size_t link = 0);

  // Lets time pass until `end` or until the condition holds.
  void run(Duration duration);
  bool run_until(const std::function<bool()>& done, Duration most);
  // Nobody looks at the links and the path for so long, as in a process that has to wait: what came
  // meanwhile is seen late and at once.
  void leap(Duration duration);
  TimePoint now() const { return queue_.now(); }
  EventQueue& queue() { return queue_; }
  // Round trips of the datagrams sent by LinkEnd::send_datagram to an end that answers at once.
  const std::vector<Duration>& echoes() const { return echoes_; }

  LinkEnd& a(size_t link = 0) { return *ends_[2 * link]; }
  LinkEnd& b(size_t link = 0) { return *ends_[2 * link + 1]; }
  size_t links() const { return ends_.size() / 2; }
  netlab::Path& path(int from) { return *paths_[static_cast<size_t>(from)]; }
  // Every stream has carried what it was to carry.
  bool all_ended() const;

 private:
  friend class LinkEnd;
  void send(size_t link, int from, Bytes body);
  void arrive(size_t link, int from, Bytes body);
  std::optional<TimePoint> next_event() const;
  void step(TimePoint when);

  EventQueue queue_;
  std::array<std::unique_ptr<netlab::Path>, 2> paths_;  // by who sends
  std::vector<std::unique_ptr<LinkEnd>> ends_;          // of each link in turn
  std::vector<Duration> echoes_;
  std::vector<uint8_t> packet_;
};

// The byte of a stream at an offset, in the direction of the end that sends it.
uint8_t stream_byte(MsgId id, int from, uint64_t offset);

}  // namespace ngcshare::test
