#include "bot/target/udp_search.h"

#include <gtest/gtest.h>

namespace ngcshare {
namespace {

using namespace std::chrono_literals;
using Endpoint = UdpSearch::Endpoint;

const TimePoint kStart{std::chrono::hours(1)};

Endpoint at(const char* address) { return {asio::ip::make_address(address), 7}; }

TargetEndpoints found(std::initializer_list<const char*> addresses) {
  TargetEndpoints endpoints;
  for (const char* address : addresses) endpoints.emplace_back(asio::ip::make_address(address), 7);
  return endpoints;
}

// Returns the seconds at which searches begin, if a client sends each second.
std::vector<int> searches(UdpSearch& search, int from, int to) {
  std::vector<int> seconds;
  for (int second = from; second <= to; ++second) {
    if (search.on_sent(kStart + std::chrono::seconds(second))) seconds.push_back(second);
  }
  return seconds;
}

TEST(UdpSearch, BeginsWhenNothingComesBackAndThenLessAndLessOften) {
  UdpSearch search;
  EXPECT_EQ(searches(search, 0, 200), (std::vector{5, 15, 35, 75, 135, 195}));
  search.on_heard();
  EXPECT_EQ(searches(search, 201, 210), std::vector{206});
}

TEST(UdpSearch, DoesNotCountTimeWithoutDatagrams) {
  UdpSearch search;
  EXPECT_FALSE(search.on_sent(kStart));
  search.on_heard();
  EXPECT_FALSE(search.on_sent(kStart + 1h));
  EXPECT_TRUE(search.on_sent(kStart + 1h + UdpSearch::kSilence));
}

TEST(UdpSearch, BeginsAtOnceWhenRefusedButNotEachTime) {
  UdpSearch search;
  EXPECT_TRUE(search.on_refused(kStart));
  EXPECT_FALSE(search.on_refused(kStart + 999ms));
  EXPECT_TRUE(search.on_refused(kStart + 1s));
}

struct Choice {
  const char* name;
  bool heard;
  bool refused;
  const char* current;
  std::initializer_list<const char*> found;
  const char* chosen;
};

const Choice kChoices[] = {
    {"moved", true, false, "10.0.0.3", {"10.0.0.4"}, "10.0.0.4"},
    {"moved, never heard", false, false, "10.0.0.3", {"10.0.0.4"}, "10.0.0.4"},
    {"has not moved", true, false, "10.0.0.3", {"10.0.0.3"}, "10.0.0.3"},
    {"refuses where it is", true, true, "10.0.0.3", {"10.0.0.3"}, "10.0.0.3"},
    {"not found any more", true, true, "10.0.0.3", {}, "10.0.0.3"},
    {"another one stands first", true, false, "10.0.0.3", {"10.0.0.2", "10.0.0.3"}, "10.0.0.3"},
    {"never heard, two addresses", false, false, "10.0.0.2", {"10.0.0.2", "10.0.0.3"}, "10.0.0.3"},
    {"never heard at the last one", false, false, "10.0.0.3", {"10.0.0.2", "10.0.0.3"}, "10.0.0.2"},
    {"loopback of the other family", false, true, "127.0.0.1", {"127.0.0.1", "::1"}, "::1"},
    {"loopback that restarts", true, true, "127.0.0.1", {"127.0.0.1", "::1"}, "127.0.0.1"},
    {"back again", false, true, "::1", {"127.0.0.1", "::1"}, "127.0.0.1"},
    {"loopback that takes and never answers",
     false,
     false,
     "127.0.0.1",
     {"127.0.0.1", "::1"},
     "127.0.0.1"},
};

TEST(UdpSearch, GoesWhereTheTargetMayBe) {
  for (const Choice& row : kChoices) {
    UdpSearch search;
    if (row.heard) search.on_heard();
    if (row.refused) search.on_refused(kStart);
    EXPECT_EQ(search.choose(at(row.current), found(row.found)), at(row.chosen)) << row.name;
  }
}

TEST(UdpSearch, LeavesAnAddressThatGoesOnRefusing) {
  UdpSearch search;
  const TargetEndpoints both = found({"127.0.0.1", "::1"});
  search.on_heard();
  for (const char* chosen : {"127.0.0.1", "::1"}) {
    search.on_refused(kStart);
    EXPECT_EQ(search.choose(at("127.0.0.1"), both), at(chosen));
  }
}

TEST(UdpSearch, HasHeardNothingFromANewAddress) {
  UdpSearch search;
  search.on_heard();
  EXPECT_TRUE(search.heard());
  search.choose(at("10.0.0.3"), found({"10.0.0.4"}));
  EXPECT_FALSE(search.heard());
}

}  // namespace
}  // namespace ngcshare
