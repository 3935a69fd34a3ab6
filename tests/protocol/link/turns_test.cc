// Tests Link: the turns of many streams, when the link's limit or the memory holds them back.
#include <set>

#include "tests/protocol/link/link_fixture.h"

namespace ngcshare::link {
namespace {

class LinkTurns : public LinkTest {
 protected:
  static constexpr MsgId kStreams = 30;
  static constexpr size_t kBytes = 40'000;  // of each: together more than the link's first limit

  // Acknowledges what a sends, until it sends no more, with `frames` in each packet.
  void acknowledge_all() {
    for (int quiet = 0; quiet < 3;) {
      a().link.pump(pair_.now);
      quiet = take_all() ? 0 : quiet + 1;
      pair_.now += 20ms;
      if (const auto due = a().link.deadline(); due && *due <= pair_.now) a().link.tick(pair_.now);
      forge(next_number_++, [this](PacketWriter& out) {
        std::vector<PacketWriter::Range> ranges;
        for (const auto& range : arrived_.ranges()) ranges.push_back({range.begin, range.end});
        std::reverse(ranges.begin(), ranges.end());
        if (!ranges.empty()) out.write_ack(ranges, {});
      });
    }
  }
  // Notes the packets that a has sent. Returns true if one had bytes of a stream.
  bool take_all() {
    bool had_bytes = false;
    std::vector<LinkFrame> frames;
    for (const auto& packet : a().take()) {
      const auto header = decode_link_packet(packet, frames);
      arrived_.add(header->packet_number, header->packet_number + 1);
      for (const LinkFrame& frame : frames) {
        const auto* const data = std::get_if<StreamFrame>(&frame);
        if (data == nullptr) continue;
        had_bytes = true;
        order_.push_back(data->id);
        arrived_bytes_[data->id] += data->bytes.size();
      }
    }
    return had_bytes;
  }
  void limit(uint64_t bytes) {
    forge(next_number_++, [=](PacketWriter& out) { out.write_link_limit(bytes); });
  }
  uint64_t total() const {
    uint64_t sum = 0;
    for (const auto& [id, bytes] : arrived_bytes_) sum += bytes;
    return sum;
  }

  // The link's limit before any LINK_LIMIT.
  static constexpr uint64_t kFirstLimit = 1 << 20;

  uint32_t next_number_ = 0;
  RangeSet arrived_;
  std::vector<MsgId> order_;
  std::map<MsgId, uint64_t> arrived_bytes_;
};

TEST_F(LinkTurns, TheLinksLimitHoldsStreamsBackAndAHigherOneLetsThemGoOn) {
  for (MsgId id = 1; id <= kStreams; ++id) {
    a().link.open(id);
    ASSERT_EQ(write(a(), id, std::string(kBytes, 'x')), kBytes);
  }
  acknowledge_all();
  EXPECT_EQ(total(), kFirstLimit);
  forge(next_number_++, [](PacketWriter& out) {
    for (uint64_t more = 1; more <= 60; ++more) out.write_link_limit(kFirstLimit + more * 10);
  });
  acknowledge_all();
  EXPECT_EQ(total(), kFirstLimit + 600);
  limit(kFirstLimit);  // late
  limit(uint64_t{1} << 40);
  acknowledge_all();
  for (MsgId id = 1; id <= kStreams; ++id) EXPECT_EQ(arrived_bytes_[id], kBytes) << id;
}

TEST_F(LinkTurns, StreamsThatWereHeldBackHaveTheirTurnsBeforeOthers) {
  a().link.open(100);
  const size_t first = write(a(), 100, std::string(kFirstLimit / 4, 'x'));
  acknowledge_all();
  uint64_t used = first;
  for (MsgId id = 101; used < kFirstLimit; ++id) {
    a().link.open(id);
    used +=
        write(a(), id, std::string(std::min<uint64_t>(kFirstLimit / 8, kFirstLimit - used), 'x'));
    acknowledge_all();
  }
  ASSERT_EQ(total(), kFirstLimit);
  for (MsgId id = 1; id <= 20; ++id) {
    a().link.open(id);
    write(a(), id, std::string(2000, 'x'));
  }
  acknowledge_all();
  order_.clear();
  // Room for one packet at a time: none is served twice while another waits.
  for (uint64_t packets = 1; packets <= 20; ++packets) {
    limit(kFirstLimit + packets * 1000);
    acknowledge_all();
  }
  EXPECT_EQ(std::set<MsgId>(order_.begin(), order_.end()).size(), 20U);
}

TEST_F(LinkTurns, AStreamThatEndsWhileItIsHeldBackLeavesNothingBehind) {
  for (MsgId id = 1; id <= kStreams; ++id) {
    a().link.open(id);
    write(a(), id, std::string(kBytes, 'x'));
  }
  acknowledge_all();
  for (MsgId id = 1; id <= kStreams; ++id) a().link.abandon(id);
  a().link.open(99);
  write(a(), 99, "hello");
  limit(uint64_t{1} << 40);
  acknowledge_all();
  EXPECT_EQ(arrived_bytes_[99], 5U);
  EXPECT_EQ(total(), kFirstLimit + 5);
}

TEST_F(LinkTurns, LostBytesGoAheadOfTheNewBytesOfOtherStreams) {
  constexpr MsgId kRepaired = 7;
  a().link.open(kRepaired);
  write(a(), kRepaired, "lost");
  a().link.pump(pair_.now);
  a().take();
  for (MsgId id = 101; id <= 120; ++id) {
    a().link.open(id);
    write(a(), id, std::string(kBytes, 'x'));
  }
  a().link.pump(pair_.now);
  const auto sent = a().take();
  ASSERT_GE(sent.size(), 4U);
  std::vector<LinkFrame> ignored;
  const uint64_t next = decode_link_packet(sent.front(), ignored)->packet_number;
  pair_.now += 20ms;
  forge(next_number_++, [next](PacketWriter& out) { out.write_ack({{next, next + 4}}, {}); });
  const auto frames = frames_of<StreamFrame>(a().take());
  ASSERT_FALSE(frames.empty());
  EXPECT_EQ(frames.front().id, kRepaired);
}

TEST_F(LinkTurns, EveryStreamThatWaitsIsToldOfRoom) {
  constexpr MsgId kMany = 400;
  limit(uint64_t{1} << 40);
  for (MsgId id = 1; id <= kMany; ++id) a().link.open(id);
  for (MsgId id = 1; id <= kMany; ++id) write(a(), id, std::string(100'000, 'x'));
  EXPECT_TRUE(a().handler.writable.empty());
  acknowledge_all();
  EXPECT_EQ(a().handler.writable.size(), kMany) << "once each";
  EXPECT_EQ(std::set<MsgId>(a().handler.writable.begin(), a().handler.writable.end()).size(),
            kMany);
}

// The link may hold 2 MiB, so that the last streams can write only the share that each has.
TEST(LinkMemory, StreamsThatFoundNoneAreToldInTurnWhenOthersHoldLess) {
  MemoryBudget little(MemoryAccount::kOwnBytes);
  test::HandedEnd end(
      {LinkPair::kTokenOfA, LinkPair::kTokenOfB, CongestionAlgorithm::kBbr, &little});
  constexpr MsgId kMany = 20;
  TimePoint now{1h};
  for (MsgId id = 1; id <= kMany; ++id) end.link.open(id);
  std::vector<MsgId> rich;
  std::vector<MsgId> poor;
  for (MsgId id = 1; id <= kMany; ++id) {
    const size_t taken = LinkPair::write(end, id, std::string(300'000, 'x'));
    EXPECT_GE(taken, Link::kMinUnsentBytes);
    (taken > Link::kMinUnsentBytes ? rich : poor).push_back(id);
  }
  ASSERT_GT(rich.size(), 5U);
  ASSERT_GT(poor.size(), 5U);
  for (const MsgId id : rich) end.link.abandon(id);
  end.link.pump(now);
  EXPECT_EQ(end.handler.writable, poor);
}

}  // namespace
}  // namespace ngcshare::link
