// A service manager's end of sd_notify(3), and the environment that names it.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <map>
#include <string>

#include "bot/options/options.h"
#include "storage/files/unique_fd.h"

namespace ngcshare::test {

class NotifySocket {
 public:
  // A path, or '@' and the name of an abstract socket.
  explicit NotifySocket(const std::string& name)
      : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name.front() == '@') address.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), length), 0)
        << name;
  }

  // Returns the oldest message not returned yet, or an empty text if there is none.
  std::string next() {
    std::array<char, 1024> message{};
    const ssize_t got = ::recv(socket_.get(), message.data(), message.size(), 0);
    return got < 0 ? "" : std::string(message.data(), static_cast<size_t>(got));
  }

 private:
  storage::UniqueFd socket_;
};

}  // namespace ngcshare::test
