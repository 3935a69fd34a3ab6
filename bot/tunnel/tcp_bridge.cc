#include "bot/tunnel/tcp_bridge.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <asio/post.hpp>
#include <utility>

#include "bot/base/own_socket.h"
#include "bot/base/steady_time.h"
#include "bot/tunnel/keep_alive.h"

namespace ngcshare {
namespace {

// Bytes per read from a local socket, and reads before other sockets and toxcore get their turn.
constexpr size_t kReadBytes = 32 * 1024;
constexpr int kReadsPerTurn = 4;

// All bridges share one buffer, because the loop has one thread and bytes that a mapping does not
// accept are copied.
std::array<uint8_t, kReadBytes> read_buffer;

bool is_clean(KillReason reason) {
  return reason == KillReason::kClosed || reason == KillReason::kUnspecified;
}

// Returns the error that the system has noted for the socket, which it then forgets.
asio::error_code take_error(TcpBridge::Socket& socket) {
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) return {};
  return {error, asio::error::get_system_category()};
}

// Takes an urgent byte out of the socket; it is no part of the stream that is read. Returns false
// if there is none.
bool skip_urgent_byte(TcpBridge::Socket& socket) {
  char byte = 0;
  asio::error_code error;
  socket.receive(asio::buffer(&byte, 1), asio::socket_base::message_out_of_band, error);
  return !error;
}

}  // namespace

std::shared_ptr<TcpBridge> TcpBridge::create(Socket socket,
                                             std::shared_ptr<ServiceRates::ConnectionRates> rates,
                                             std::function<void()> on_end,
                                             const Patience& patience) {
  return std::shared_ptr<TcpBridge>(
      new TcpBridge(std::move(socket), std::move(rates), std::move(on_end), patience));
}

TcpBridge::TcpBridge(Socket socket, std::shared_ptr<ServiceRates::ConnectionRates> rates,
                     std::function<void()> on_end, const Patience& patience)
    : socket_(std::move(socket)),
      rates_(std::move(rates)),
      on_end_(std::move(on_end)),
      write_patience_(patience.write),
      end_timer_(socket_.get_executor()),
      waiting_(socket_.get_executor(), patience.memory) {
  mark_as_own(socket_);
  asio::error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  keep_alive(socket_);
}

void TcpBridge::attach(Mapping& mapping) {
  mapping_ = mapping.shared_from_this();
  mapping.set_sink(this);
  waiting_.open(mapping.local_memory(), weak_from_this(), [this] { abort(KillReason::kLimit); });
  self_ = shared_from_this();
}

void TcpBridge::start() { wait_readable(); }

void TcpBridge::abort(KillReason reason) {
  if (const auto mapping = mapping_; mapping != nullptr) {
    release_mapping();
    mapping->close(reason, steady_now());
  }
  close_socket(!is_clean(reason));
}

size_t TcpBridge::allowance(Direction direction) {
  return rates_ == nullptr ? ByteBudget::kUnlimited : rates_->allowance(direction);
}

void TcpBridge::spend(Direction direction, size_t bytes) {
  if (rates_ != nullptr) rates_->spend(direction, bytes);
}

// -- local socket → peer -------------------------------------------------------------------------

void TcpBridge::wait_readable() {
  if (reading_ || local_ended_ || mapping_ == nullptr || !to_peer_.empty()) return;
  reading_ = true;
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](const asio::error_code& error) {
    self->reading_ = false;
    if (error || self->mapping_ == nullptr) return;
    self->on_readable();
  });
}

void TcpBridge::on_readable() {
  if (const size_t allowed = allowance(Direction::kOut); allowed > 0) {
    read_some(allowed);
    return;
  }
  reading_ = true;
  rates_->wait(Direction::kOut, [weak = weak_from_this()](size_t allowed) {
    const auto self = weak.lock();
    if (self == nullptr) return;
    self->reading_ = false;
    if (self->mapping_ != nullptr) self->read_some(allowed);
  });
}

void TcpBridge::read_some(size_t allowed) {
  for (int turn = 0; turn < kReadsPerTurn && mapping_ != nullptr && allowed > 0; ++turn) {
    const size_t most = std::min(allowed, read_buffer.size());
    asio::error_code error;
    const size_t count = socket_.read_some(asio::buffer(read_buffer.data(), most), error);
    if (error == asio::error::would_block) break;
    if (error) {
      on_local_end(error);
      return;
    }
    spend(Direction::kOut, count);
    allowed -= count;
    if (!forward({read_buffer.data(), count})) return;
    if (count < most) break;
  }
  wait_readable();
}

// Returns false if the mapping did not accept all bytes; on_writable() then resumes reading.
bool TcpBridge::forward(Bytes bytes) {
  const size_t taken = mapping_->write(bytes);
  if (taken == bytes.size()) return true;
  to_peer_.assign(bytes.begin() + static_cast<std::ptrdiff_t>(taken), bytes.end());
  pay(taken);
  watch_unread();
  return false;
}

void TcpBridge::on_writable() {
  if (to_peer_.empty()) return;
  const std::vector<uint8_t> waiting = std::exchange(to_peer_, {});
  if (!forward(waiting)) return;
  pay(waiting.size());
  wait_readable();
}

void TcpBridge::on_local_end(const asio::error_code& error) {
  if (error != asio::error::eof) {
    abort(KillReason::kReset);
    return;
  }
  local_ended_ = true;
  watch_unread();
  mapping_->finish(steady_now());
}

// Waits for an error of the socket, which nothing else would show while it is not read.
void TcpBridge::watch_unread() {
  if (std::exchange(watching_, true)) return;
  socket_.async_wait(Socket::wait_error,
                     [self = shared_from_this()](const asio::error_code& error) {
                       self->watching_ = false;
                       // A reader finds the error itself, behind the bytes that came before it.
                       if (error || self->mapping_ == nullptr || self->reading_) return;
                       self->on_unread_event();
                     });
}

// A program that has ended its direction refuses what comes later with a broken pipe. If that
// answers the system's question whether it is there (keep_alive.h), or if its own bytes wait here,
// the peer shall have these first. Both directions shut down are an event without an error.
void TcpBridge::on_unread_event() {
  const asio::error_code error = take_error(socket_);
  if (!error) {
    if (skip_urgent_byte(socket_)) watch_unread();
    return;
  }
  const bool refuses_bytes =
      local_ended_ && last_write_ && steady_now() - *last_write_ < kKeepAliveIdle;
  if (error != asio::error::broken_pipe || refuses_bytes) abort(KillReason::kReset);
}

// -- peer → local socket -------------------------------------------------------------------------

void TcpBridge::on_stream_data(Bytes bytes) {
  size_t written = 0;
  const size_t allowed = to_socket_.empty() ? allowance(Direction::kIn) : 0;
  if (allowed > 0) {
    asio::error_code error;
    written = write_now(bytes.first(std::min(allowed, bytes.size())), error);
    if (error && error != asio::error::would_block) {
      abort(KillReason::kReset);
      return;
    }
    spend(Direction::kIn, written);
    if (written > 0) mapping_->consumed(written);
    if (written == bytes.size()) return;
  }
  if (to_socket_.size() > kMaxUnwindowedBytes) {
    abort(KillReason::kLimit);
    return;
  }
  const bool may_wait = mapping_->over_link() || waiting_.may_hold(bytes.size() - written);
  if (!may_wait) {
    abort(KillReason::kLimit);
    return;
  }
  to_socket_.append(bytes.subspan(written));
  pay(written);
  mapping_->pause_reading();
  wait_writable();
}

size_t TcpBridge::write_now(Bytes bytes, asio::error_code& error) {
  last_write_ = steady_now();
  return socket_.write_some(asio::buffer(bytes.data(), bytes.size()), error);
}

// Pays for what waits here now, after `taken` bytes of it were taken.
void TcpBridge::pay(size_t taken) {
  waiting_.set(to_peer_.capacity() + to_socket_.allocated(), taken);
}

void TcpBridge::wait_writable() {
  if (writing_ || to_socket_.empty()) return;
  writing_ = true;
  socket_.async_wait(Socket::wait_write,
                     [self = shared_from_this()](const asio::error_code& error) {
                       self->writing_ = false;
                       if (!error) self->on_socket_writable();
                     });
}

void TcpBridge::on_socket_writable() {
  if (const size_t allowed = allowance(Direction::kIn); allowed > 0) {
    write_pending(allowed);
    return;
  }
  writing_ = waits_for_write_turn_ = true;
  rates_->wait(Direction::kIn, [weak = weak_from_this()](size_t allowed) {
    const auto self = weak.lock();
    if (self == nullptr) return;
    self->writing_ = self->waits_for_write_turn_ = false;
    self->write_pending(allowed);
  });
}

void TcpBridge::write_pending(size_t allowed) {
  const Bytes bytes = to_socket_.view().first(std::min(allowed, to_socket_.size()));
  asio::error_code error;
  const size_t written = write_now(bytes, error);
  if (error && error != asio::error::would_block) {
    to_socket_.clear();
    abort(KillReason::kReset);
    return;
  }
  spend(Direction::kIn, written);
  to_socket_.drop(written);
  pay(written);
  if (to_socket_.empty() && mapping_ != nullptr) mapping_->resume_reading();
  if (mapping_ != nullptr && written > 0) mapping_->consumed(written);
  if (close_when_written_ && written > 0) reset_after(write_patience_);
  after_write();
}

// Carries out an end that had to wait until the last byte was written.
void TcpBridge::after_write() {
  if (!to_socket_.empty()) {
    wait_writable();
    return;
  }
  if (close_when_written_ && local_ended_) {
    close_socket(false);
  } else if (close_when_written_) {
    drain();
  } else if (peer_ended_) {
    end_sending();
  }
}

// Whichever side ends first leaves its port in TIME_WAIT.
void TcpBridge::end_sending() {
  if (!local_ended_) ended_first_ = true;
  asio::error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
}

// Shuts the sending side down and discards what the local program still sends. Closing a socket
// with unread bytes would reset it, and the local program would lose what it has not read yet.
void TcpBridge::drain() {
  if (!std::exchange(draining_, true)) {
    end_sending();
    reset_after(kDrainTime);
  }
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](const asio::error_code& error) {
    asio::error_code end = error;
    if (!end) self->socket_.read_some(asio::buffer(read_buffer), end);
    if (!end || end == asio::error::would_block) {
      self->drain();
    } else {
      self->close_socket(false);
    }
  });
}

// Resets the socket after `time`, which replaces any earlier deadline. Waits longer while bytes
// wait for a turn, because that is not the local program's fault.
void TcpBridge::reset_after(Duration time) {
  end_timer_.expires_after(time);
  end_timer_.async_wait([self = shared_from_this()](const asio::error_code& error) {
    if (error) return;
    if (self->waits_for_write_turn_) {
      self->reset_after(self->write_patience_);
    } else {
      self->close_socket(true);
    }
  });
}

void TcpBridge::on_stream_end() {
  peer_ended_ = true;
  after_write();
}

void TcpBridge::on_closed(KillReason reason) {
  release_mapping();
  if (!is_clean(reason)) {
    close_socket(true);
    return;
  }
  close_when_written_ = true;
  reset_after(write_patience_);  // the timer holds the bridge, and goes with the loop
  self_ = nullptr;
  after_write();
}

// -- the end ----------------------------------------------------------------------------

void TcpBridge::release_mapping() {
  if (mapping_ != nullptr) mapping_->set_sink(nullptr);
  mapping_ = nullptr;
}

void TcpBridge::close_socket(bool reset) {
  if (std::exchange(ended_, true)) return;
  asio::post(socket_.get_executor(),
             [self = shared_from_this(), on_end = std::exchange(on_end_, nullptr)] {
               if (on_end) on_end();
             });
  self_ = nullptr;
  rates_ = nullptr;
  std::exchange(to_peer_, {});
  to_socket_.clear();
  waiting_.close();
  end_timer_.cancel();
  asio::error_code ignored;
  if (socket_.is_open()) {
    // A reset shows the local program that the connection broke; after an orderly end a truncated
    // download would look complete.
    if (reset) socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    socket_.close(ignored);
  }
  if (port_ != nullptr) port_->is_kept = ended_first_ || (!reset && !local_ended_);
  port_ = nullptr;
}

}  // namespace ngcshare
