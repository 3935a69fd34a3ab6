#include "bot/http/connection.h"

#include <atomic>
#include <boost/asio/buffer.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "bot/http/response.h"
#include "bot/http/status_codes.h"

namespace ngcshare {
namespace {

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
// Limit of the unwanted bytes that are read before closing. Closing with bytes unread would make
// the kernel reset the connection, and the client would lose the response.
constexpr size_t kMaxDrainedBytes = size_t{256} * 1024;

}  // namespace

HttpConnection::HttpConnection(std::shared_ptr<HttpLoop> loop, Socket socket,
                               boost::asio::ip::address address, const HttpLimits& limits,
                               HttpConnectionOwner& owner)
    : loop_(std::move(loop)),
      socket_(std::move(socket)),
      timer_(*loop_),
      address_(std::move(address)),
      limits_(limits),
      owner_(owner),
      reader_(limits) {}

void HttpConnection::start() {
  wait_at_most(limits_.request_patience);
  read();
}

void HttpConnection::turn_away(int status) { send(http_error(status), false); }

void HttpConnection::finish() {
  keep_alive_ = false;
  if (phase_ == Phase::kHandling) return send(http_error(kUnavailable), false);
  if (phase_ == Phase::kIdle || phase_ == Phase::kReading) end();
}

void HttpConnection::end() {
  if (std::exchange(closed_, true)) return;
  timer_.cancel();
  boost::system::error_code ignored;
  socket_.close(ignored);
  owner_.on_end(shared_from_this());
}

// -- reading -------------------------------------------------------------------------------------

void HttpConnection::read() {
  if (std::exchange(is_reading_, true)) return;
  socket_.async_read_some(boost::asio::buffer(chunk_),
                          [self = shared_from_this()](const auto& error, size_t bytes) {
                            self->is_reading_ = false;
                            if (!self->closed_) self->on_read(error, bytes);
                          });
}

// A read that was pending at a timeout may end while the response is being sent.
void HttpConnection::on_read(const boost::system::error_code& error, size_t bytes) {
  if (phase_ == Phase::kWriting) return;
  if (error) return end();
  phase_ == Phase::kDraining ? on_drained(bytes) : on_bytes(bytes);
}

void HttpConnection::on_bytes(size_t bytes) {
  if (phase_ == Phase::kIdle) {
    phase_ = Phase::kReading;
    wait_at_most(limits_.request_patience);
  }
  reader_.feed({chunk_.data(), bytes});
  proceed();
}

void HttpConnection::proceed() {
  switch (reader_.state()) {
    case HttpReader::State::kComplete:
      return handle();
    case HttpReader::State::kRefused:
      return send(http_error(reader_.refusal()), false);
    default:
      if (reader_.wants_continue()) send_continue();
      if (!closed_) read();
  }
}

// -- answering -----------------------------------------------------------------------------------

void HttpConnection::handle() {
  phase_ = Phase::kHandling;
  wait_at_most(limits_.reply_patience);
  HttpReader::Taken taken = reader_.take();
  ++requests_;
  keep_alive_ = taken.keep_alive && requests_ < limits_.requests_per_connection;
  with_body_ = taken.request.method != HttpRequest::Method::kHead;
  owner_.on_request(taken.request, make_reply());
}

// The reply may outlive the connection and the server, so it owns a reference to the loop.
HttpServer::Reply HttpConnection::make_reply() {
  const auto used = std::make_shared<std::atomic_flag>();
  return [loop = loop_, weak = weak_from_this(), request = requests_, used](HttpResponse response) {
    if (used->test_and_set()) return;
    boost::asio::dispatch(*loop, [weak, request, response = std::move(response)] {
      if (const auto self = weak.lock()) self->answer(request, response);
    });
  };
}

void HttpConnection::answer(uint64_t request, const HttpResponse& response) {
  if (closed_ || phase_ != Phase::kHandling || request != requests_) return;  // too late
  send(response, keep_alive_);
}

// Writes at once, because the line fits into the socket's buffer unless the client reads nothing.
void HttpConnection::send_continue() {
  boost::system::error_code error;
  const size_t sent = socket_.write_some(boost::asio::buffer(kContinue), error);
  if (error || sent != kContinue.size()) end();
}

void HttpConnection::send(const HttpResponse& response, bool keep_alive) {
  phase_ = Phase::kWriting;
  wait_at_most(limits_.write_patience);
  output_ = encode_http_response(response, with_body_, keep_alive);
  owner_.on_answer(http_status_of(response));
  boost::asio::async_write(socket_, boost::asio::buffer(output_),
                           [self = shared_from_this(), keep_alive](const auto& error, size_t) {
                             if (self->closed_) return;
                             error ? self->end() : self->on_sent(keep_alive);
                           });
}

// Checks keep_alive_ again, because finish() may have cleared it since the response was made.
void HttpConnection::on_sent(bool keep_alive) {
  output_.clear();
  keep_alive&& keep_alive_ ? await_next() : drain();
}

void HttpConnection::await_next() {
  with_body_ = true;
  const bool has_begun = reader_.state() != HttpReader::State::kEmpty;
  phase_ = has_begun ? Phase::kReading : Phase::kIdle;
  wait_at_most(has_begun ? limits_.request_patience : limits_.idle_patience);
  proceed();
}

void HttpConnection::drain() {
  phase_ = Phase::kDraining;
  wait_at_most(limits_.linger);
  boost::system::error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  read();
}

void HttpConnection::on_drained(size_t bytes) {
  drained_ += bytes;
  drained_ > kMaxDrainedBytes ? end() : read();
}

std::optional<std::chrono::steady_clock::time_point> HttpConnection::waits_since() const {
  return phase_ == Phase::kHandling ? std::nullopt : std::optional(phase_began_);
}

// -- timeouts ------------------------------------------------------------------------------------

// Replaces any earlier timeout.
void HttpConnection::wait_at_most(HttpLimits::Duration patience) {
  phase_began_ = std::chrono::steady_clock::now();
  timer_.expires_after(patience);
  timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (error || !self || self->closed_) return;
    const bool is_current = self->timer_.expiry() <= boost::asio::steady_timer::clock_type::now();
    if (is_current) self->on_patience_lost();
  });
}

void HttpConnection::on_patience_lost() {
  switch (phase_) {
    case Phase::kReading:
      return send(http_error(kTimeout), false);
    case Phase::kHandling:
      return send(http_error(kUnavailable), keep_alive_);
    default:
      return end();
  }
}

}  // namespace ngcshare
