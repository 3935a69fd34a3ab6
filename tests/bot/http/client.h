// A client that sends exactly the given bytes over a blocking socket. Its timeout is reached only
// by failing tests.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include "bot/http/server.h"
#include "storage/files/unique_fd.h"

namespace ngcshare::test {

inline constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

class HttpClient {
 public:
  // Connects to 127.0.0.1; `from` is the address that the server sees.
  explicit HttpClient(uint16_t port, const char* from = "127.0.0.1", int receive_buffer = 0)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_buffer > 0) set(SO_RCVBUF, receive_buffer);
    set(SO_RCVTIMEO, timeval{10, 0});
    const sockaddr_in own = address(from, 0);
    const sockaddr_in server = address("127.0.0.1", port);
    EXPECT_EQ(::bind(fd(), reinterpret_cast<const sockaddr*>(&own), sizeof(own)), 0);
    EXPECT_EQ(::connect(fd(), reinterpret_cast<const sockaddr*>(&server), sizeof(server)), 0);
  }

  void write(std::string_view bytes) {  // the server may have ended the connection
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
  }
  void end_writing() { ::shutdown(fd(), SHUT_WR); }

  // Returns the next response, without a body if it answers HEAD, or "" if the connection ends
  // first.
  std::string response(bool to_head = false) {
    size_t end = 0;
    while ((end = read_.find("\r\n\r\n")) == std::string::npos) {
      if (!read()) return "";
    }
    const size_t size = end + 4 + (to_head ? 0 : length_in(read_.substr(0, end)));
    while (read_.size() < size) {
      if (!read()) return "";
    }
    std::string first = read_.substr(0, size);
    read_.erase(0, size);
    return first;
  }
  // Returns the next response's status, or 0 if the connection ends first.
  int status(bool to_head = false) { return status_in(response(to_head)); }
  // Returns all bytes until the connection ends.
  std::string rest() {
    while (read()) {
    }
    return std::exchange(read_, "");
  }
  // Returns true if the server ends the connection without sending more.
  bool ended() { return rest().empty() && !timed_out_; }

  static int status_in(std::string_view response) {
    int status = 0;
    if (response.size() > 12) std::from_chars(response.data() + 9, response.data() + 12, status);
    return status;
  }

 private:
  int fd() const { return socket_.get(); }
  template <typename Value>
  void set(int option, const Value& value) {
    EXPECT_EQ(::setsockopt(fd(), SOL_SOCKET, option, &value, sizeof(value)), 0);
  }
  static sockaddr_in address(const char* text, uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    EXPECT_EQ(::inet_pton(AF_INET, text, &address.sin_addr), 1);
    return address;
  }
  static size_t length_in(const std::string& head) {
    constexpr std::string_view kName = "\r\nContent-Length: ";
    const size_t at = head.find(kName);
    size_t length = 0;
    if (at == std::string::npos) return 0;
    std::from_chars(head.data() + at + kName.size(), head.data() + head.size(), length);
    return length;
  }
  bool read() {
    char chunk[16384];
    const ssize_t got = ::recv(fd(), chunk, sizeof(chunk), 0);
    timed_out_ = got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    EXPECT_FALSE(timed_out_);
    if (got <= 0) return false;
    read_.append(chunk, static_cast<size_t>(got));
    return true;
  }

  storage::UniqueFd socket_;
  std::string read_;
  bool timed_out_ = false;
};

// Answers with the path and the body of the request.
inline HttpResponse echo(const HttpRequest& request) {
  HttpResponse response;
  response.content_type = "text/plain";
  response.body = request.path + " " + request.body;
  return response;
}

inline void echo_handler(const HttpRequest& request, const HttpServer::Reply& reply) {
  reply(echo(request));
}

}  // namespace ngcshare::test
