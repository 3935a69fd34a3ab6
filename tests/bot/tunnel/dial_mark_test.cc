// Marks on connections and datagrams within one machine.
#include "bot/tunnel/dial_mark.h"

#include <gtest/gtest.h>

#include <array>

#include "tests/support/loop_rig.h"

namespace ngcshare {
namespace {

using asio::ip::tcp;
using asio::ip::udp;

constexpr uint32_t kOffer = 0x31323334;
const asio::ip::address kV4 = asio::ip::address_v4::loopback();
const asio::ip::address kV6 = asio::ip::address_v6::loopback();

bool has_ipv6() {
  asio::io_context loop;
  asio::error_code error;
  udp::socket socket(loop, udp::v6());
  socket.bind({kV6, 0}, error);
  return !error;
}

TEST(DialMark, IsSeenAtTheOtherEndOfAConnection) {
  test::LoopRig rig;
  for (const uint32_t dialled_for : {kOffer, kOffer + 1}) {
    tcp::acceptor acceptor(rig.loop, {kV4, 0});
    tcp::socket dial(rig.loop, tcp::v4());
    DialMark(dialled_for).set_on(dial);
    dial.connect(acceptor.local_endpoint());
    tcp::socket accepted = acceptor.accept();
    EXPECT_EQ(DialMark(kOffer).is_on(accepted), dialled_for == kOffer);
  }
}

class DatagramMark : public testing::Test {
 protected:
  // Sends a datagram from a socket to `listener_` and returns its trace.
  DatagramTrace trace_of(udp::socket& from) {
    from.send(asio::buffer("hello", 5));
    std::array<char, 100> buffer{};
    udp::endpoint source;
    DatagramTrace trace;
    asio::error_code error;
    EXPECT_EQ(receive_traced(listener_, asio::buffer(buffer), source, trace, error), 5U);
    EXPECT_FALSE(error) << error.message();
    EXPECT_EQ(source.port(), from.local_endpoint().port());
    return trace;
  }
  // Tries all senders to `address`: another offer's, an ordinary program, and the offer's.
  void expect_only_the_mark_is_seen(const asio::ip::address& address) {
    const udp::endpoint where(address, listener_.local_endpoint().port());
    udp::socket other(rig_.loop, where.protocol());
    other.connect(where);
    DialMark(kOffer + 1).set_on(other);
    EXPECT_FALSE(DialMark(kOffer).is_on(trace_of(other)));
    udp::socket program(rig_.loop, where.protocol());
    program.connect(where);
    EXPECT_FALSE(DialMark(kOffer).is_on(trace_of(program)));
    DialMark(kOffer).set_on(program);
    EXPECT_TRUE(DialMark(kOffer).is_on(trace_of(program)));
  }
  void listen(const udp::endpoint& where) {
    listener_ = udp::socket(rig_.loop, where);
    ask_for_traces(listener_);
  }

  test::LoopRig rig_;
  udp::socket listener_{rig_.loop};
};

TEST_F(DatagramMark, IsSeen) {
  listen({kV4, 0});
  expect_only_the_mark_is_seen(kV4);
}

TEST_F(DatagramMark, IsSeenOverBothFamilies) {
  if (!has_ipv6()) GTEST_SKIP() << "this machine has no IPv6";
  listen({asio::ip::address_v6::any(), 0});
  expect_only_the_mark_is_seen(kV6);
  expect_only_the_mark_is_seen(kV4);
}

TEST_F(DatagramMark, ReportsThatNothingHasCome) {
  listen({kV4, 0});
  listener_.non_blocking(true);
  std::array<char, 100> buffer{};
  udp::endpoint source;
  DatagramTrace trace;
  asio::error_code error;
  EXPECT_EQ(receive_traced(listener_, asio::buffer(buffer), source, trace, error), 0U);
  EXPECT_EQ(error, asio::error::would_block);
}

}  // namespace
}  // namespace ngcshare
