// Finding toxcore's sockets among the descriptors of this process.
#include "bot/tox/sockets.h"

#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <poll.h>

#include <vector>

#include "tests/bot/tox/foreign_sockets.h"

namespace ngcshare {
namespace {

using test::Descriptor;
using test::TcpPair;
using test::UdpPair;

class ToxSocketsTest : public testing::Test {
 protected:
  // Counts from here, because whatever started the test may have left a socket open.
  ToxSocketsTest() {
    sockets_.rescan(std::nullopt);
    before_ = sockets_.watched();
    sockets_.drain();
  }
  size_t found(std::optional<uint16_t> udp_port = std::nullopt) {
    sockets_.rescan(udp_port);
    return sockets_.watched() - before_;
  }
  // Returns true if something became readable since the last call. The loopback interface delivers
  // before send() returns, so there is nothing to wait for.
  bool woken() {
    pollfd epoll{sockets_.descriptor(), POLLIN, 0};
    const bool readable = ::poll(&epoll, 1, 0) == 1;
    sockets_.drain();
    return readable;
  }

  ToxSockets sockets_;
  size_t before_ = 0;
};

TEST_F(ToxSocketsTest, FindsTheUdpSocketByItsPort) {
  UdpPair udp;
  const Descriptor another = test::bound_socket(SOCK_DGRAM);
  EXPECT_EQ(found(), 0U);
  EXPECT_EQ(found(port_of(udp.sender)), 0U) << "it is ours";
  EXPECT_EQ(found(port_of(udp.theirs)), 1U);
  udp.sender.send("a");
  EXPECT_TRUE(woken());
}

TEST_F(ToxSocketsTest, FindsAnIpv6UdpSocketByItsPort) {
  const Descriptor theirs(::socket(AF_INET6, SOCK_DGRAM, 0));
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  if (::bind(theirs.number(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    GTEST_SKIP() << "there is no IPv6";
  }
  socklen_t length = sizeof(address);
  ::getsockname(theirs.number(), reinterpret_cast<sockaddr*>(&address), &length);
  EXPECT_EQ(found(ntohs(address.sin6_port)), 1U);
}

TEST_F(ToxSocketsTest, FindsTcpConnectionsAndListeners) {
  TcpPair tcp;
  const Descriptor relay = test::bound_socket(SOCK_STREAM);
  ASSERT_EQ(::listen(relay.number(), 1), 0);
  EXPECT_EQ(found(), 2U);
  woken();  // a new connection can be written to, which counts for nothing here
  tcp.sender.send("a");
  EXPECT_TRUE(woken());
  const Descriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  test::connect(client, port_of(relay));
  EXPECT_TRUE(woken());
}

TEST_F(ToxSocketsTest, LeavesOurSocketsAndOtherDescriptorsAlone) {
  TcpPair tcp;
  tcp.theirs.mark_as_own();
  int unix_pair[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, unix_pair), 0);
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  const Descriptor owned[] = {Descriptor(unix_pair[0]), Descriptor(unix_pair[1]),
                              Descriptor(pipe_ends[0]), Descriptor(pipe_ends[1])};
  EXPECT_EQ(found(), 0U);
  tcp.sender.send("a");
  owned[1].send("a");
  EXPECT_FALSE(woken());
}

TEST_F(ToxSocketsTest, IsWokenOnceForWhatIsNotRead) {
  UdpPair udp;
  ASSERT_EQ(found(port_of(udp.theirs)), 1U);
  udp.sender.send("a");
  EXPECT_TRUE(woken());
  EXPECT_FALSE(woken()) << "nothing has come since";
  EXPECT_EQ(found(port_of(udp.theirs)), 1U);
  EXPECT_FALSE(woken()) << "looking again is no news";
  udp.sender.send("b");
  EXPECT_TRUE(woken()) << "also while \"a\" is still there";
}

TEST_F(ToxSocketsTest, IsWokenByWhatCameBeforeItLooked) {
  UdpPair udp;
  udp.sender.send("a");
  ASSERT_EQ(found(port_of(udp.theirs)), 1U);
  EXPECT_TRUE(woken());
}

TEST_F(ToxSocketsTest, DrainsMoreEventsThanFitInOneRead) {
  std::vector<TcpPair> pairs(70);
  ASSERT_EQ(found(), pairs.size());
  for (const TcpPair& tcp : pairs) tcp.sender.send("a");
  EXPECT_TRUE(woken());
  EXPECT_FALSE(woken());
}

TEST_F(ToxSocketsTest, ForgetsClosedDescriptors) {
  TcpPair tcp;
  UdpPair udp;
  ASSERT_EQ(found(port_of(udp.theirs)), 2U);
  tcp.theirs.close();
  EXPECT_EQ(found(port_of(udp.theirs)), 1U);
  udp.theirs.close();
  EXPECT_EQ(found(), 0U);
  woken();
  EXPECT_FALSE(woken());
}

TEST_F(ToxSocketsTest, WatchesAnotherSocketThatHasTheNumberOfAClosedOne) {
  TcpPair first;
  ASSERT_EQ(found(), 1U);
  TcpPair second;
  // Closes the first connection and gives its number to the second one.
  const int number = first.theirs.number();
  ASSERT_EQ(::dup2(second.theirs.number(), number), number);
  second.theirs.close();
  ASSERT_EQ(found(), 1U);
  woken();
  second.sender.send("a");
  EXPECT_TRUE(woken());
  EXPECT_EQ(first.theirs.receive(), "a");
}

TEST_F(ToxSocketsTest, ANumberThatBecameOursIsNotWatched) {
  TcpPair first;
  ASSERT_EQ(found(), 1U);
  TcpPair second;
  const int number = first.theirs.number();
  ASSERT_EQ(::dup3(second.theirs.number(), number, O_CLOEXEC), number);
  second.theirs.close();
  EXPECT_EQ(found(), 0U);
  woken();
  second.sender.send("a");
  EXPECT_FALSE(woken());
}

TEST_F(ToxSocketsTest, SetsUpWhatItFinds) {
  TcpPair tcp;
  UdpPair udp;
  const int receive_buffer = udp.theirs.option(SOL_SOCKET, SO_RCVBUF);
  const int send_buffer = udp.theirs.option(SOL_SOCKET, SO_SNDBUF);
  ASSERT_EQ(tcp.theirs.option(IPPROTO_TCP, TCP_NODELAY), 0);
  ASSERT_EQ(found(port_of(udp.theirs)), 2U);
  EXPECT_EQ(tcp.theirs.option(IPPROTO_TCP, TCP_NODELAY), 1);
  EXPECT_GT(udp.theirs.option(SOL_SOCKET, SO_RCVBUF), receive_buffer);
  EXPECT_GT(udp.theirs.option(SOL_SOCKET, SO_SNDBUF), send_buffer);
}

}  // namespace
}  // namespace ngcshare
