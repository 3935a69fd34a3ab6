// Connects to the first of a target's addresses that answers. Tries them in turn, and begins with
// the next one also when one has been silent for kHeadStart (as RFC 8305 does), because a silent
// address must not use up the time of the others. Two at a time are tried: the third takes the
// first one's descriptor. The socket of a try that failed is closed at once. Keeps itself alive
// until it is done or stopped.
#pragma once

#include <asio/basic_waitable_timer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "bot/base/descriptor_budget.h"
#include "bot/base/steady_time.h"
#include "bot/target/address.h"
#include "bot/target/attempt.h"
#include "bot/tunnel/dial_mark.h"
#include "protocol/base/clock.h"

namespace ngcshare {

class TcpDial : public std::enable_shared_from_this<TcpDial> {
 public:
  static constexpr std::chrono::milliseconds kHeadStart{250};
  static constexpr size_t kMostAddresses = 8;  // further ones are not tried

  // `socket` is connected if kReached. With kNotMade, `error` says what this process had none left
  // of. With kFailed it is connection_refused if any address refused, otherwise that of the last
  // try, or timed_out.
  using Done =
      std::function<void(Attempt, const asio::error_code& error, asio::ip::tcp::socket socket)>;

  // Returns a lease for the second of two sockets, or nullptr if none is left.
  using SecondSocket = std::function<DescriptorBudget::Lease()>;

  // Calls `done` once, from the loop and never from within start(), unless stop() is called first.
  // `head_start` is for tests. `mark`, if any, is that of the offer for which this
  // dials. One socket is the caller's matter; without a lease from `second` the next address is
  // tried after the one before has failed. nullptr: a second one is always allowed.
  static std::shared_ptr<TcpDial> start(asio::io_context& loop, TargetEndpoints endpoints,
                                        Duration timeout, Done done,
                                        Duration head_start = kHeadStart,
                                        std::optional<DialMark> mark = std::nullopt,
                                        SecondSocket second = nullptr);
  void stop();

 private:
  TcpDial(asio::io_context& loop, TargetEndpoints endpoints, Duration head_start,
          std::optional<DialMark> mark, SecondSocket second, Done done);
  void try_next();
  bool make_room();
  void connect(size_t index);
  void wait_head_start();
  void on_tried(size_t index, const asio::error_code& error);
  void on_failed(size_t index, const asio::error_code& error);
  void fail(const asio::error_code& error);
  void done(Attempt attempt, const asio::error_code& error, asio::ip::tcp::socket socket);

  asio::io_context& loop_;
  TargetEndpoints endpoints_;
  std::vector<asio::ip::tcp::socket> sockets_;  // of the endpoints tried so far
  size_t pending_ = 0;                          // tries without an answer
  asio::error_code failure_;
  asio::error_code unable_;  // why one of the addresses could not be tried
  asio::basic_waitable_timer<ProgramClock> timeout_;
  const Duration head_start_;
  asio::basic_waitable_timer<ProgramClock> head_start_timer_;
  const std::optional<DialMark> mark_;
  const SecondSocket second_;
  DescriptorBudget::Lease second_lease_;  // while two sockets are open
  Done done_;                             // nullptr if done or stopped
};

}  // namespace ngcshare
