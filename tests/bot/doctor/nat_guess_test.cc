#include "bot/doctor/nat_guess.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace ngcshare {
namespace {

using asio::ip::make_address;
using Endpoint = asio::ip::udp::endpoint;
using Kind = NatGuess::Kind;

struct Case {
  const char* name;
  std::vector<Endpoint> seen;
  Kind kind;
};

TEST(GuessNat, FollowsFromWhatNodesSee) {
  const Endpoint own(make_address("192.168.1.2"), 4000);
  const Endpoint kept(make_address("203.0.113.1"), 4000);
  const Endpoint other(make_address("203.0.113.1"), 4001);
  const Endpoint third(make_address("203.0.113.1"), 4002);
  const Endpoint moved(make_address("203.0.113.9"), 4000);
  const Endpoint rewritten(make_address("192.168.1.2"), 4001);
  for (const Case& entry : std::vector<Case>{
           {"nobody has told", {}, Kind::kUnknown},
           {"one sees our own", {own}, Kind::kNone},
           {"all see our own", {own, own, own}, Kind::kNone},
           {"one sees another address", {kept}, Kind::kSomeNat},
           {"all see another address and our port", {kept, kept}, Kind::kKeepsPort},
           {"all see another port", {other, other, other}, Kind::kSamePort},
           {"our address, another port", {rewritten, rewritten}, Kind::kSamePort},
           {"each sees another port", {other, third}, Kind::kChanging},
           {"one of many sees another port", {other, other, third}, Kind::kChanging},
           {"they see different addresses", {kept, moved}, Kind::kChanging},
       }) {
    const NatGuess guess =
        guess_nat(entry.seen, 4000, {make_address("127.0.0.1"), make_address("192.168.1.2")});
    EXPECT_EQ(guess.kind, entry.kind) << entry.name;
    EXPECT_EQ(guess.nodes, entry.seen.size()) << entry.name;
    EXPECT_EQ(guess.seen.has_value(), !entry.seen.empty()) << entry.name;
  }
}

TEST(LocalAddresses, HoldLoopback) {
  const auto addresses = local_addresses();
  EXPECT_NE(std::find(addresses.begin(), addresses.end(), make_address("127.0.0.1")),
            addresses.end());
}

}  // namespace
}  // namespace ngcshare
