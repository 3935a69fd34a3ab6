#include "protocol/link/datagram_ledger.h"

#include <gtest/gtest.h>

namespace ngcshare::link {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr TimePoint kBegin{1h};

// Datagrams of 100, 101, 102 … bytes, sent a millisecond apart.
class DatagramLedgerTest : public testing::Test {
 protected:
  static TimePoint at(int ms) { return kBegin + std::chrono::milliseconds(ms); }
  void send(int count) {
    for (; count > 0; --count, ++sent_)
      ledger_.on_sent({at(sent_), 100 + static_cast<uint64_t>(sent_), {}});
  }
  static std::vector<uint64_t> bytes_of(const std::vector<DatagramLedger::Sent>& datagrams) {
    std::vector<uint64_t> bytes;
    for (const auto& datagram : datagrams) bytes.push_back(datagram.bytes);
    return bytes;
  }
  using Bytes = std::vector<uint64_t>;

  DatagramLedger ledger_;
  int sent_ = 0;
};

TEST_F(DatagramLedgerTest, CountsWhatIsInFlight) {
  EXPECT_EQ(ledger_.bytes_in_flight(), 0U);
  send(3);
  EXPECT_EQ(ledger_.bytes_in_flight(), 303U);
  EXPECT_EQ(bytes_of(ledger_.take_until(at(1))), (Bytes{100, 101}));
  EXPECT_EQ(ledger_.bytes_in_flight(), 102U);
}

TEST_F(DatagramLedgerTest, TakesAReportForTheOldest) {
  send(5);
  EXPECT_EQ(bytes_of(ledger_.take_reported(2, at(9))), (Bytes{100, 101}));
  EXPECT_EQ(bytes_of(ledger_.take_reported(2, at(9))), Bytes{});
  EXPECT_EQ(bytes_of(ledger_.take_reported(4, at(9))), (Bytes{102, 103}));
  EXPECT_EQ(ledger_.bytes_in_flight(), 104U);
}

TEST_F(DatagramLedgerTest, IgnoresAReportThatIsOlderThanTheLast) {
  send(5);
  ledger_.take_reported(3, at(9));
  EXPECT_EQ(bytes_of(ledger_.take_reported(1, at(9))), Bytes{});
  EXPECT_EQ(bytes_of(ledger_.take_reported(4, at(9))), Bytes{103});
}

TEST_F(DatagramLedgerTest, TakesNoReportForDatagramsThatWereSentLater) {
  send(5);
  EXPECT_EQ(bytes_of(ledger_.take_reported(4, at(2))), (Bytes{100, 101, 102}));
  EXPECT_EQ(bytes_of(ledger_.take_reported(1'000'000, at(9))), (Bytes{103, 104}));
}

TEST_F(DatagramLedgerTest, LeavesWhatAReportLacks) {
  send(4);
  ledger_.take_reported(3, at(9));
  EXPECT_EQ(bytes_of(ledger_.take_until(at(9))), Bytes{103});
}

TEST_F(DatagramLedgerTest, CountsPastTheEndOfTheReportsNumbers) {
  send(2);
  ledger_.take_reported(0x7FFFFFFF, at(0));
  ledger_.take_reported(0xFFFFFFFE, at(0));
  EXPECT_EQ(ledger_.bytes_in_flight(), 101U);
  EXPECT_EQ(bytes_of(ledger_.take_reported(0, at(9))), Bytes{101});
}

TEST_F(DatagramLedgerTest, TakesTheFirstReportAfterForgettingForAllThatCameBefore) {
  send(5);
  ledger_.forget_until(at(1));
  EXPECT_EQ(ledger_.bytes_in_flight(), 102U + 103U + 104U);
  EXPECT_EQ(bytes_of(ledger_.take_reported(700, at(3))), (Bytes{102, 103}));
  send(1);
  EXPECT_EQ(bytes_of(ledger_.take_reported(701, at(9))), Bytes{104}) << "and counts on from there";
}

TEST_F(DatagramLedgerTest, KeepsCountingWhenThereWasNothingToForget) {
  send(2);
  ledger_.forget_until(kBegin - 1s);
  EXPECT_EQ(bytes_of(ledger_.take_reported(1, at(9))), Bytes{100});
}

TEST_F(DatagramLedgerTest, ForgetsTheOldestOfTooMany) {
  constexpr int kMost = DatagramLedger::kMost;
  send(kMost);
  const uint64_t full = ledger_.bytes_in_flight();
  send(3);  // each is larger than the one that it drives out
  EXPECT_EQ(ledger_.bytes_in_flight(), full + 3 * DatagramLedger::kMost);
  // The next report says how far the peer has come, not how many of the kept ones have arrived.
  EXPECT_EQ(bytes_of(ledger_.take_reported(5, at(4))), (Bytes{103, 104}));
}

}  // namespace
}  // namespace ngcshare::link
