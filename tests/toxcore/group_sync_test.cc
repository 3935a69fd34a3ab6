// Tests that a member of a group cannot use up the memory and the descriptors of others by members
// and relays that do not exist (deploy/toxcore/group-sync.patch).
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <sodium.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>

#include "tests/toxcore/hostile_group_peer.h"
#include "tests/toxcore/virtual_network.h"

// In the file of toxcore that the patch changes.
extern "C" [[gnu::weak]] const char ngcshare_toxcore_group_sync[];

namespace ngcshare::test {
namespace {

using namespace std::chrono_literals;

// A port that lets everybody connect and never says anything.
class SilentPort {
 public:
  SilentPort() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(::listen(socket_, 4096), 0);
  }
  ~SilentPort() { ::close(socket_); }
  SilentPort(const SilentPort&) = delete;
  SilentPort& operator=(const SilentPort&) = delete;

  uint16_t number() const {
    sockaddr_in address{};
    socklen_t size = sizeof(address);
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
  }

 private:
  const int socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
};

// A group with its founder and a stranger.
class GroupSync : public testing::Test {
 protected:
  void SetUp() override {
    if (ngcshare_toxcore_group_sync == nullptr) GTEST_SKIP() << "this toxcore has the faults";
    ASSERT_LT(network_.pass_until([&] { return founder_.is_online(); }, 60s), 60s);
    stranger_.join(founder_.found_group());
    const auto met = [&] { return stranger_.has_met_somebody() && founder_.has_met_somebody(); };
    ASSERT_LT(network_.pass_until(met, 120s), 120s);
  }

  const int sodium_ = sodium_init();
  VirtualNetwork network_{3};
  VirtualNode& founder_ = network_.add();
  VirtualNode& stranger_ = network_.add();
};

TEST_F(GroupSync, KeepsFewMembersOfWhomOneOtherTells) {
  const auto used = [] { return mallinfo2().uordblks + mallinfo2().hblkhd; };
  const size_t before = used();
  int sent = 0;
  for (int round = 0; round < 40; ++round) {
    sent += tell_of_invented_members(stranger_.tox(), 0, 50);
    network_.pass(50ms, 50ms);
  }
  EXPECT_GT(sent, 1000);
  EXPECT_LT(used(), before + (size_t{64} << 20));
}

TEST_F(GroupSync, ConnectsToFewRelaysOfWhichOneOtherTells) {
  const SilentPort port;
  const auto open_descriptors = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
  };
  const auto before = open_descriptors();
  int sent = 0;
  for (int round = 0; round < 10; ++round) {
    sent += tell_of_invented_relays(stranger_.tox(), 0, port.number(), 50);
    network_.pass(50ms, 50ms);
  }
  EXPECT_GT(sent, 400);
  EXPECT_LT(open_descriptors(), before + 70);
}

TEST_F(GroupSync, KeepsFewOfThoseWhoGreet) {
  std::array<uint8_t, TOX_GROUP_PEER_PUBLIC_KEY_SIZE> key{};
  ChatId group{};
  tox_group_self_get_public_key(founder_.tox(), 0, key.data(), nullptr);
  tox_group_get_chat_id(founder_.tox(), 0, group.data(), nullptr);
  const uint16_t port = tox_self_get_udp_port(founder_.tox(), nullptr);
  const auto used = [] { return mallinfo2().uordblks + mallinfo2().hblkhd; };
  const size_t before = used();
  for (int i = 0; i < 400; ++i) {
    tox_group_leave(stranger_.tox(), 0, nullptr, 0, nullptr);
    stranger_.iterate();
    stranger_.join(group);  // with another key
    ASSERT_TRUE(greet_member(stranger_.tox(), 0, key.data(), port));
    stranger_.iterate();
    founder_.iterate();
  }
  EXPECT_LT(used(), before + (size_t{20} << 20));
}

}  // namespace
}  // namespace ngcshare::test
