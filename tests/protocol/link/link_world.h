// Simulates links and the path between their ends in virtual time. Streams carry known bytes, so
// that each received byte can be checked.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "protocol/congestion/shared_loss.h"
#include "protocol/link/link.h"
#include "tests/bench/netlab/path.h"
#include "tests/simulation/event_queue.h"

namespace ngcshare::test {

// Behaviour of one end of a stream: it sends `to_send` bytes, then finishes; it reads at most
// `read_bytes` every `read_interval`.
struct StreamManner {
  uint64_t to_send = 0;
  bool endless = false;  // sends as long as there is room, and never finishes
  uint64_t read_bytes = UINT64_MAX;
  Duration read_interval{};
};

class LinkWorld;

// One end of a link: the Link, its contact and handler, and the programs that use its streams.
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
  // Pumps the link and sets its alarm. Call after any call of link().
  void settle();

  link::Link& link() { return *link_; }
  Progress& stream(MsgId id) { return streams_.at(id); }
  std::map<MsgId, Progress>& streams() { return streams_; }
  uint64_t bytes_read() const { return bytes_read_; }
  const std::vector<std::string>& controls() const { return controls_; }
  int errors() const { return errors_; }
  // Sets the answer to all sends, as of a full socket buffer; kSent lets packets out.
  void set_contact(SendResult result) { contact_ = result; }
  void send_datagram(size_t bytes, TimePoint now);

  SendResult send(Outgoing where, Frame& frame) override;
  void on_control(PacketId id, Bytes body, TimePoint now) override;
  bool is_over(MsgId stream) const override { return over_.contains(stream); }
  void on_readable(MsgId stream, TimePoint now) override;
  void on_writable(MsgId stream, TimePoint now) override;
  void on_stream_error(MsgId stream, StreamError /*error*/, TimePoint now) override;

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
  // `links` links share the path, as between the machines of two gateways. `loss_of_a` is that of
  // a process at end a which has links in other worlds too, and must outlive this one.
  explicit LinkWorld(uint64_t seed,
                     link::CongestionAlgorithm congestion = link::CongestionAlgorithm::kBbr,
                     size_t links = 1, link::SharedLoss* loss_of_a = nullptr);

  // Sets both directions of the path, or one.
  void set_path(const netlab::Settings& settings);
  void set_path(int from, const netlab::Settings& settings);
  // Opens a stream at both ends of a link, the first or another.
  void open(MsgId id, const StreamManner& a, const StreamManner& b, size_t link = 0);

  // Lets time pass for a duration, or until a condition holds.
  void run(Duration duration);
  bool run_until(const std::function<bool()>& done, Duration most);
  // Lets time pass without serving the links and the path, as in a process that does not get the
  // processor: everything that arrives meanwhile is seen late and at once.
  void leap(Duration duration);
  TimePoint now() const { return queue_.now(); }
  EventQueue& queue() { return queue_; }
  // Returns the round-trip times of the datagrams of LinkEnd::send_datagram(), answered at once.
  const std::vector<Duration>& echoes() const { return echoes_; }

  LinkEnd& a(size_t link = 0) { return *ends_[2 * link]; }
  LinkEnd& b(size_t link = 0) { return *ends_[2 * link + 1]; }
  size_t links() const { return ends_.size() / 2; }
  netlab::Path& path(int from) { return *paths_[static_cast<size_t>(from)]; }
  // Returns true if every stream has carried all its bytes.
  bool all_ended() const;

 private:
  friend class LinkEnd;
  void send(size_t link, int from, Bytes body);
  void arrive(size_t link, int from, Bytes body);
  std::optional<TimePoint> next_event() const;
  void step(TimePoint when);

  EventQueue queue_;
  std::array<link::SharedLoss, 2> losses_;              // of the machine at either side
  std::array<std::unique_ptr<netlab::Path>, 2> paths_;  // by sending end
  std::vector<std::unique_ptr<LinkEnd>> ends_;          // both ends of each link, link by link
  std::vector<Duration> echoes_;
  std::vector<uint8_t> packet_;
};

// Returns the byte at an offset of a stream, as sent by the end `from`.
uint8_t stream_byte(MsgId id, int from, uint64_t offset);

}  // namespace ngcshare::test
