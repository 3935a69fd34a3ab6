#include "bot/control/connection.h"

#include <asio/buffer.hpp>
#include <asio/read_until.hpp>
#include <asio/write.hpp>
#include <utility>

namespace ngcshare {

ControlConnection::ControlConnection(Socket socket, const Handler& handler,
                                     std::chrono::milliseconds patience, OnEnd on_end)
    : socket_(std::move(socket)),
      handler_(handler),
      patience_(patience),
      on_end_(std::move(on_end)),
      timer_(socket_.get_executor()) {}

void ControlConnection::read_request() {
  wait_at_most();
  asio::async_read_until(socket_, asio::dynamic_buffer(input_, kMaxControlRequestBytes + 1), '\n',
                         [self = shared_from_this()](const asio::error_code& error, size_t bytes) {
                           if (self->closed_) return;
                           if (!error) return self->on_line(bytes);
                           if (error != asio::error::not_found) return self->end();
                           self->send(
                               {false, "a request may have at most " +
                                           std::to_string(kMaxControlRequestBytes) + " bytes"},
                               true);
                         });
}

void ControlConnection::on_line(size_t bytes) {
  const auto decoded = decode_control_request(std::string_view(input_).substr(0, bytes - 1));
  input_.erase(0, bytes);
  if (const auto* error = std::get_if<ControlRequestError>(&decoded)) {
    return send({false, error->text}, false);
  }
  send(handler_(std::get<ControlRequest>(decoded)), false);
}

void ControlConnection::send(const ControlAnswer& answer, bool last) {
  output_ = encode(answer) + "\n";
  wait_at_most();
  asio::async_write(
      socket_, asio::buffer(output_),
      [self = shared_from_this(), last](const asio::error_code& error, size_t /*bytes*/) {
        if (self->closed_) return;
        if (error || last) return self->end();
        self->read_request();
      });
}

void ControlConnection::wait_at_most() {
  timer_.expires_after(patience_);
  timer_.async_wait([weak = weak_from_this()](const asio::error_code& error) {
    const auto self = weak.lock();
    if (!error && self && !self->closed_) self->end();
  });
}

void ControlConnection::end() {
  const auto on_end = std::exchange(on_end_, nullptr);
  close();
  if (on_end) on_end(shared_from_this());
}

void ControlConnection::close() {
  closed_ = true;
  on_end_ = nullptr;
  timer_.cancel();
  asio::error_code ignored;
  socket_.close(ignored);
}

}  // namespace ngcshare
