// Streams that nobody reads, whose ends are not acknowledged or that break their limits: the memory
// that they hold, and the other streams of the link beside them.
#include <memory>
#include <vector>

#include "tests/protocol/link/link_fixture.h"

namespace ngcshare::link {
namespace {

constexpr uint64_t kMiB = 1024 * 1024;

// The peer sets no limit and acknowledges all but the first bytes of a stream.
TEST(LinkMemory, KeepsNoMoreThanItsShareHoweverThePeerAcknowledges) {
  MemoryBudget budget(8 * kMiB);
  LinkPair pair(CongestionAlgorithm::kBbr, &budget);
  pair.open(7);
  const std::string much(100'000, 'x');
  RangeSet arrived;
  for (uint32_t round = 0; round < 3000; ++round) {
    LinkPair::write(pair.a, 7, much);
    pair.a.link.pump(pair.now);
    std::vector<LinkFrame> frames;
    for (const auto& packet : pair.a.take()) {
      const auto header = decode_link_packet(packet, frames);
      const bool first_bytes = std::any_of(frames.begin(), frames.end(), [](const LinkFrame& one) {
        const auto* const data = std::get_if<StreamFrame>(&one);
        return data != nullptr && data->offset == 0;
      });
      if (!first_bytes) arrived.add(header->packet_number, header->packet_number + 1);
    }
    pair.now += 20ms;
    const auto packet = link_packet({LinkPair::kTokenOfB, round}, [&](PacketWriter& out) {
      out.write_link_limit(uint64_t{1} << 40);
      out.write_stream_limit(7, uint64_t{1} << 40);
      std::vector<PacketWriter::Range> ranges;
      for (const auto& range : arrived.ranges()) ranges.push_back({range.begin, range.end});
      std::reverse(ranges.begin(), ranges.end());
      out.write_ack(ranges, {});
    });
    pair.a.link.receive(packet, pair.now);
    pair.a.link.pump(pair.now);
  }
  EXPECT_LE(pair.a.link.buffered_bytes(), 8 * kMiB + StreamBuffer::kChunkBytes);
  EXPECT_GT(pair.a.link.buffered_bytes(), 7 * kMiB);
}

TEST_F(LinkTest, StreamsThatNobodyReadsDoNotStopAnother) {
  const auto reads_only_the_last = [&](MsgId id) { b().handler.reads = id == 9; };
  b().handler.when_readable = reads_only_the_last;
  for (MsgId id = 1; id <= 8; ++id) {
    pair_.open(id);
    write(a(), id, std::string(Link::kMaxUnsentBytes, 'x'));
  }
  pair_.pump();
  pair_.exchange(40);
  EXPECT_EQ(a().link.stats().bytes_sent, 8 * Link::kWindows.initial_stream);
  pair_.open(9);
  write(a(), 9, std::string(200'000, 'x'));
  pair_.pump();
  pair_.exchange(20);
  EXPECT_EQ(b().handler.bytes[9].size(), 200'000U);
  EXPECT_TRUE(b().handler.given_up.empty());
  EXPECT_TRUE(b().link.sums_hold());
}

TEST_F(LinkTest, BytesBeyondAStreamsLimitEarnNoCredit) {
  for (MsgId id = 1; id <= 1000; ++id) {
    a().link.open(id);
    forge_stream(id, id, Link::kWindows.initial_stream, 1);
  }
  EXPECT_EQ(a().handler.errors.size(), 1000U);
  EXPECT_EQ(a().link.flow().taken(), 0U);
  EXPECT_EQ(a().link.flow().limit(), Link::kWindows.initial_link);
  EXPECT_TRUE(a().link.sums_hold());
}

// A stream's last bytes may arrive, and be acknowledged, after it has been given up here.
TEST_F(LinkTest, TheEndOfAStreamThatWasGivenUpCountsWithoutAReset) {
  pair_.open(7);
  b().link.abandon(7);
  b().handler.over.insert(7);
  write(a(), 7, "hello");
  a().link.finish(7);
  a().link.release(7);
  pair_.pump();
  pair_.exchange(3);
  EXPECT_FALSE(a().link.is_open(7));
  EXPECT_EQ(b().link.flow().taken(), a().link.flow().sent());
  EXPECT_EQ(b().link.flow().unread(), 0U);
}

TEST_F(LinkTest, CountsEndsThatThePeerDoesNotAcknowledge) {
  for (MsgId id = 1; id <= 10; ++id) {
    pair_.open(id);
    write(a(), id, "answer");
    if (id > 5) a().link.abandon(id);
  }
  a().link.pump(pair_.now);
  a().take();  // all are lost
  EXPECT_EQ(a().link.unfinished_ends(), 5U);
  for (MsgId id = 1; id <= 5; ++id) {
    a().link.finish(id);
    a().link.release(id);
    a().link.release(id);
  }
  EXPECT_EQ(a().link.unfinished_ends(), 10U);
  for (MsgId id = 1; id <= 10; ++id) b().link.abandon(id);
  for (MsgId id = 1; id <= 10; ++id) b().handler.over.insert(id);
  pair_.exchange(60);
  EXPECT_EQ(a().link.unfinished_ends(), 0U);
  EXPECT_EQ(a().link.stream_count(), 0U);
}

// -- memory that is short

// Fills the streams of b with bytes behind holes, one after another, as far as its limits allow.
void fill_behind_holes(LinkPair& pair, MsgId streams) {
  uint32_t number = 0;
  for (MsgId id = 1; id <= streams; ++id) {
    pair.b.link.open(id);
    for (uint64_t at = StreamBuffer::kChunkBytes; at < Link::kWindows.initial_stream;
         at += StreamBuffer::kChunkBytes) {
      const FlowControl& flow = pair.b.link.flow();
      if (flow.limit() - flow.taken() < 2 * StreamBuffer::kChunkBytes) return;
      const auto packet = link_packet({LinkPair::kTokenOfA, number++}, [&](PacketWriter& out) {
        out.write_stream(id, at, 1, false);
      });
      pair.b.link.receive(packet, pair.now);
    }
    pair.b.link.pump(pair.now);
  }
}

TEST(LinkMemory, GivesUpStuckStreamsWhenItIsShortAndSparesWhoeverReads) {
  MemoryBudget budget(8 * kMiB);
  LinkPair pair(CongestionAlgorithm::kBbr, nullptr, &budget);
  fill_behind_holes(pair, 60);
  EXPECT_LE(pair.b.link.buffered_bytes(), 8 * kMiB);
  EXPECT_TRUE(pair.b.handler.given_up.empty());
  pair.pass(Progress::kPatience);
  pair.b.link.pump(pair.now);
  EXPECT_FALSE(pair.b.handler.given_up.empty());
  for (int seconds = 0; seconds < 40; ++seconds) {
    pair.pass(1s);
    pair.tick();
  }
  EXPECT_LE(pair.b.link.buffered_bytes(), 7 * kMiB);
  EXPECT_GT(pair.b.link.buffered_bytes(), 5 * kMiB);  // no more than needed
  EXPECT_TRUE(pair.b.handler.errors.empty());
  EXPECT_TRUE(pair.b.link.sums_hold());
}

// Each stream may have a little even if memory is short, but a key can have two thousand of them.
TEST(LinkMemory, OfManyStreamsThatSendALittleStaysWithinTheBudget) {
  constexpr size_t kLinks = 4;
  MemoryBudget budget(8 * kMiB);
  std::vector<std::unique_ptr<LinkPair>> pairs;
  uint64_t held = 0;
  for (size_t i = 0; i < kLinks; ++i) {
    pairs.push_back(std::make_unique<LinkPair>(CongestionAlgorithm::kBbr, &budget));
    for (MsgId id = 1; id <= 1000; ++id) {
      pairs.back()->a.link.open(id);
      LinkPair::write(pairs.back()->a, id, std::string(20'000, 'x'));
    }
    pairs.back()->a.link.pump(pairs.back()->now);
    held += pairs.back()->a.link.buffered_bytes();
    EXPECT_GE(pairs.back()->a.link.buffered_bytes(), MemoryAccount::kOwnBytes) << i;
  }
  const uint64_t last_writes = kLinks * 2 * StreamBuffer::kChunkBytes;
  EXPECT_LE(held, 10 * kMiB + kLinks * MemoryAccount::kOwnBytes + last_writes);
}

TEST(LinkMemory, OfALinkThatHoldsTheMostMakesRoomForOthers) {
  MemoryBudget budget(8 * kMiB);
  LinkPair greedy(CongestionAlgorithm::kBbr, nullptr, &budget);
  LinkPair honest(CongestionAlgorithm::kBbr, nullptr, &budget);
  fill_behind_holes(greedy, 27);  // to the point from which its own limit would stand still
  ASSERT_FALSE(greedy.b.link.flow().is_short());
  greedy.pass(Progress::kPatience);
  greedy.b.link.pump(greedy.now);
  ASSERT_TRUE(greedy.b.handler.given_up.empty());
  honest.b.handler.reads = false;
  for (MsgId id = 1; id <= 12; ++id) {
    honest.open(id);
    LinkPair::write(honest.a, id, std::string(Link::kMaxUnsentBytes, 'x'));
  }
  honest.pump();
  honest.exchange(40);
  EXPECT_TRUE(greedy.b.handler.pump_wanted);
  greedy.b.link.pump(greedy.now);
  EXPECT_FALSE(greedy.b.handler.given_up.empty());
  honest.b.handler.reads = true;
  for (MsgId id = 1; id <= 12; ++id) honest.b.handler.read(id, honest.now);
  honest.pump();
  honest.exchange(40);
  for (MsgId id = 1; id <= 12; ++id) {
    EXPECT_EQ(honest.b.handler.bytes[id].size(), Link::kMaxUnsentBytes) << id;
  }
  EXPECT_TRUE(honest.b.handler.given_up.empty());
  EXPECT_TRUE(honest.b.handler.errors.empty());
}

// Nothing else would be given back of streams that wait for a lost packet.
TEST(LinkMemory, TakesTheFirstMissingBytesHoweverFarItIsExceeded) {
  MemoryBudget budget(8 * kMiB);
  LinkPair pair(CongestionAlgorithm::kBbr, nullptr, &budget);
  fill_behind_holes(pair, 27);
  ASSERT_GT(pair.b.link.buffered_bytes(), MemoryAccount::kOwnBytes);
  MemoryAccount other(&budget);
  other.add(100 * kMiB);
  uint32_t number = 1 << 20;
  const auto receive = [&](uint64_t offset) {
    const auto packet = link_packet({LinkPair::kTokenOfA, number++}, [&](PacketWriter& out) {
      out.write_stream(1, offset, 500, false);
    });
    pair.b.link.receive(packet, pair.now);
    pair.b.link.pump(pair.now);
  };
  receive(500);
  EXPECT_EQ(pair.b.handler.bytes[1].size(), 0U);
  receive(0);
  EXPECT_EQ(pair.b.handler.bytes[1].size(), 500U);
  pair.b.handler.reads = false;
  receive(500);
  const uint64_t held = pair.b.link.buffered_bytes();
  for (uint64_t offset = 1000; offset < 16'000; offset += 500) receive(offset);
  EXPECT_EQ(pair.b.link.buffered_bytes(), held);
  pair.b.handler.read(1, pair.now);
  EXPECT_EQ(pair.b.handler.bytes[1].size(), 1000U);
}

}  // namespace
}  // namespace ngcshare::link
