#include "bot/http/server.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <exception>
#include <set>
#include <thread>
#include <utility>

#include "bot/base/own_exhaustion.h"
#include "bot/base/port_in_use.h"
#include "bot/base/quiet_thread.h"
#include "bot/http/connection.h"
#include "bot/http/response.h"
#include "bot/http/status_codes.h"

namespace ngcshare {
namespace {

using boost::asio::ip::tcp;
using Address = boost::asio::ip::address;
using boost::system::error_code;

// Connections over a limit that are answered with 503 at the same time; more are just closed.
constexpr size_t kMaxTurnedAway = 16;
constexpr std::chrono::seconds kAcceptRetry{1};
constexpr int kNice = 10;

tcp::endpoint parse_endpoint(const std::string& address, uint16_t port) {
  error_code error;
  const Address parsed = boost::asio::ip::make_address(address, error);
  if (error) throw PortInUseError("HTTP: " + address + " is not an IP address");
  return {parsed, port};
}

// The socket is close-on-exec, which marks it as our own (base/own_socket.h), from its creation,
// because another thread looks for toxcore's sockets. accept_some() does the same.
tcp::acceptor listen_at(HttpLoop& loop, const tcp::endpoint& endpoint) {
  const auto fail = [&](int number) {
    return PortInUseError("HTTP: cannot listen on port " + std::to_string(endpoint.port()) +
                          " of " + endpoint.address().to_string() + ": " +
                          error_code(number, boost::system::system_category()).message());
  };
  const int family = endpoint.protocol().family();
  const int descriptor = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) throw fail(errno);
  tcp::acceptor acceptor(loop, endpoint.protocol(), descriptor);
  try {
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    acceptor.bind(endpoint);
    acceptor.listen();
    acceptor.native_non_blocking(true);
  } catch (const boost::system::system_error& error) {
    throw fail(error.code().value());
  }
  return acceptor;
}

Address unmapped(const Address& address) {
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
  return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
}

// Treats an IPv6 /64 as one address, because a client that has one of its addresses has all 2^64.
bool count_as_one(const Address& one, const Address& other) {
  if (!one.is_v6() || !other.is_v6()) return one == other;
  const auto a = one.to_v6().to_bytes();
  const auto b = other.to_v6().to_bytes();
  return std::equal(a.begin(), a.begin() + 8, b.begin());
}

}  // namespace

class HttpServer::Impl : public HttpConnectionOwner {
 public:
  Impl(const std::string& address, uint16_t port, Handler handler, const Limits& limits)
      : handler_(std::move(handler)),
        limits_(limits),
        loop_(std::make_shared<HttpLoop>(1)),
        acceptor_(listen_at(*loop_, parse_endpoint(address, port))),
        port_(acceptor_.local_endpoint().port()),
        retry_timer_(*loop_),
        stop_timer_(*loop_) {
    await_connection();
    thread_ = start_quiet_thread("http", [this] {
      setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNice);
      loop_->run();
    });
  }
  ~Impl() override {
    boost::asio::post(*loop_, [this] { stop(); });
    thread_.join();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  uint16_t port() const { return port_; }
  void post(std::function<void()> work) { boost::asio::post(*loop_, std::move(work)); }
  HttpCounters counters() const;

  void on_request(const HttpRequest& request, Reply reply) override;
  void on_answer(int status) override { ++answers_.at(static_cast<size_t>(status / 100) % 6); }
  void on_end(const std::shared_ptr<HttpConnection>& connection) override;

 private:
  using Connections = std::set<std::shared_ptr<HttpConnection>>;

  void await_connection();
  void accept_some();
  void accept_later();
  void on_connection(int descriptor, const tcp::endpoint& peer);
  bool make_room_for(const Address& address);
  bool end_longest_waiting(const Connections& connections);
  Connections all_connections() const;
  void stop();

  const Handler handler_;
  const Limits limits_;
  const std::shared_ptr<HttpLoop> loop_;  // shared with the replies
  tcp::acceptor acceptor_;
  const uint16_t port_;
  boost::asio::steady_timer retry_timer_;
  boost::asio::steady_timer stop_timer_;
  Connections served_;
  Connections turned_away_;
  std::array<std::atomic<uint64_t>, 6> answers_{};
  std::atomic<uint64_t> refused_{0};
  bool stopping_ = false;
  std::thread thread_;
};

// -- connections ---------------------------------------------------------------------------------

void HttpServer::Impl::await_connection() {
  acceptor_.async_wait(tcp::acceptor::wait_read, [this](const error_code& error) {
    if (stopping_) return;
    error ? accept_later() : accept_some();
  });
}

// Accepts one connection at a time, so that other work gets its turn during a flood.
void HttpServer::Impl::accept_some() {
  tcp::endpoint peer;
  auto size = static_cast<socklen_t>(peer.capacity());
  const int descriptor =
      ::accept4(acceptor_.native_handle(), peer.data(), &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (descriptor >= 0) {
    peer.resize(size);
    on_connection(descriptor, peer);
    return await_connection();
  }
  is_own_exhaustion(errno) ? accept_later() : await_connection();
}

// Waits, because the connection stays in the kernel's queue and retrying at once would spin.
void HttpServer::Impl::accept_later() {
  retry_timer_.expires_after(kAcceptRetry);
  retry_timer_.async_wait([this](const error_code& error) {
    if (!error && !stopping_) await_connection();
  });
}

void HttpServer::Impl::on_connection(int descriptor, const tcp::endpoint& peer) {
  tcp::socket socket(*loop_, peer.protocol(), descriptor);
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  socket.native_non_blocking(true, ignored);
  const Address address = unmapped(peer.address());
  const bool has_room = make_room_for(address);
  if (!has_room) ++refused_;
  if (!has_room && turned_away_.size() >= kMaxTurnedAway) return;
  const auto connection =
      std::make_shared<HttpConnection>(loop_, std::move(socket), address, limits_, *this);
  if (has_room) {
    served_.insert(connection);
    connection->start();
  } else {
    turned_away_.insert(connection);
    connection->turn_away(kUnavailable);
  }
}

// A new connection takes the place of the one that has kept the server waiting longest, because
// whoever asks and reads is served in a moment: clients that drip cannot shut out a health check.
bool HttpServer::Impl::make_room_for(const Address& address) {
  Connections of_address;
  for (const auto& connection : served_) {
    if (count_as_one(connection->address(), address)) of_address.insert(connection);
  }
  const size_t limit = address.is_loopback() ? limits_.per_loopback : limits_.per_address;
  if (of_address.size() >= limit) return end_longest_waiting(of_address);
  return served_.size() < limits_.connections || end_longest_waiting(served_);
}

// Returns false if all of them wait for the server.
bool HttpServer::Impl::end_longest_waiting(const Connections& connections) {
  std::shared_ptr<HttpConnection> longest;
  for (const auto& connection : connections) {
    const auto since = connection->waits_since();
    if (since && (longest == nullptr || *since < *longest->waits_since())) longest = connection;
  }
  if (longest == nullptr) return false;
  ++refused_;
  longest->end();
  return true;
}

void HttpServer::Impl::on_end(const std::shared_ptr<HttpConnection>& connection) {
  served_.erase(connection);
  turned_away_.erase(connection);
  if (stopping_ && all_connections().empty()) stop_timer_.cancel();
}

// -- requests ------------------------------------------------------------------------------------

void HttpServer::Impl::on_request(const HttpRequest& request, Reply reply) {
  try {
    handler_(request, reply);
  } catch (const std::exception&) {
    reply(http_error(kInternalError));
  }
}

// -- the end -------------------------------------------------------------------------------------

// Leaves the loop with only the last responses to send; it returns when they are sent.
void HttpServer::Impl::stop() {
  stopping_ = true;
  error_code ignored;
  acceptor_.close(ignored);
  retry_timer_.cancel();
  stop_timer_.expires_after(limits_.linger);
  stop_timer_.async_wait([this](const error_code& error) {
    if (error) return;
    for (const auto& connection : all_connections()) connection->end();
  });
  for (const auto& connection : all_connections()) connection->finish();
  if (all_connections().empty()) stop_timer_.cancel();
}

HttpServer::Impl::Connections HttpServer::Impl::all_connections() const {
  Connections all = served_;
  all.insert(turned_away_.begin(), turned_away_.end());
  return all;
}

HttpCounters HttpServer::Impl::counters() const {
  HttpCounters now;
  for (size_t i = 0; i < now.answers.size(); ++i) now.answers.at(i) = answers_.at(i);
  now.refused_connections = refused_;
  return now;
}

HttpServer::HttpServer(const std::string& address, uint16_t port, Handler handler,
                       const Limits& limits)
    : impl_(std::make_unique<Impl>(address, port, std::move(handler), limits)) {}

HttpServer::~HttpServer() = default;

void HttpServer::post(std::function<void()> work) { impl_->post(std::move(work)); }

uint16_t HttpServer::port() const { return impl_->port(); }

HttpCounters HttpServer::counters() const { return impl_->counters(); }

}  // namespace ngcshare
