// Tests Link: streams and flow control.
#include "tests/protocol/link/link_fixture.h"

namespace ngcshare::link {
namespace {

// -- streams

TEST_F(LinkTest, CarriesBytesAndTheEndOfAStreamBothWays) {
  pair_.open(7);
  EXPECT_EQ(write(a(), 7, "hello"), 5U);
  EXPECT_EQ(write(b(), 7, "world"), 5U);
  a().link.finish(7);
  pair_.pump();
  pair_.exchange(2);
  EXPECT_EQ(b().handler.bytes[7], "hello");
  EXPECT_EQ(a().handler.bytes[7], "world");
  EXPECT_TRUE(b().handler.ended.contains(7));
  EXPECT_FALSE(a().handler.ended.contains(7));
  EXPECT_FALSE(a().contact.wrong_channel);
  EXPECT_EQ(b().link.stats().bytes_received, 5U);
}

TEST_F(LinkTest, CarriesAStreamThatEndsWithoutAByte) {
  pair_.open(7);
  a().link.finish(7);
  pair_.pump();
  pair_.exchange(1);
  EXPECT_TRUE(b().handler.ended.contains(7));
  EXPECT_EQ(b().handler.bytes[7], "");
}

TEST_F(LinkTest, TakesNothingForStreamsThatAreNotOpenOrHaveEnded) {
  EXPECT_EQ(write(a(), 7, "hello"), 0U);
  a().link.open(7);
  a().link.finish(7);
  EXPECT_EQ(write(a(), 7, "hello"), 0U);
}

TEST_F(LinkTest, OpeningTwiceKeepsTheStream) {
  pair_.open(7);
  write(a(), 7, "hello");
  a().link.open(7);
  pair_.pump();
  pair_.exchange(1);
  EXPECT_EQ(b().handler.bytes[7], "hello");
}

TEST_F(LinkTest, TakesNoMoreFromAProgramThanItsLimitAndSaysWhenThereIsRoom) {
  pair_.open(7);
  const std::string much(Link::kMaxUnsentBytes + 1, 'x');
  EXPECT_EQ(write(a(), 7, much), Link::kMaxUnsentBytes);
  EXPECT_EQ(write(a(), 7, "y"), 0U);
  EXPECT_TRUE(a().handler.writable.empty());
  pair_.pump();
  pair_.exchange(10);
  EXPECT_EQ(a().handler.writable, (std::vector<MsgId>{7}));
  EXPECT_EQ(write(a(), 7, "y"), 1U);
  EXPECT_EQ(b().handler.bytes[7].size(), Link::kMaxUnsentBytes);
}

// The peer sets no limit and acknowledges all but the first bytes of a stream.
TEST_F(LinkTest, KeepsNoMoreThanItsLimitHoweverThePeerAcknowledges) {
  pair_.open(7);
  const std::string much(100'000, 'x');
  RangeSet arrived;
  for (uint32_t round = 0; round < 3000; ++round) {
    write(a(), 7, much);
    a().link.pump(pair_.now);
    std::vector<LinkFrame> frames;
    for (const auto& packet : a().take()) {
      const auto header = decode_link_packet(packet, frames);
      const bool first_bytes = std::any_of(frames.begin(), frames.end(), [](const LinkFrame& one) {
        const auto* const data = std::get_if<StreamFrame>(&one);
        return data != nullptr && data->offset == 0;
      });
      if (!first_bytes) arrived.add(header->packet_number, header->packet_number + 1);
    }
    pair_.now += 20ms;
    forge(round, [&](PacketWriter& out) {
      out.write_link_limit(uint64_t{1} << 40);
      out.write_stream_limit(7, uint64_t{1} << 40);
      std::vector<PacketWriter::Range> ranges;
      for (const auto& range : arrived.ranges()) ranges.push_back({range.begin, range.end});
      std::reverse(ranges.begin(), ranges.end());
      out.write_ack(ranges, {});
    });
  }
  EXPECT_LE(a().link.buffered_bytes(), Link::kMaxHeldTogether + StreamBuffer::kChunkBytes);
  EXPECT_GT(a().link.buffered_bytes(), Link::kInitialHeldTogether);
}

TEST_F(LinkTest, ManyStreamsTakeLessEach) {
  for (MsgId id = 1; id <= 1000; ++id) a().link.open(id);
  const std::string much(Link::kMaxUnsentBytes, 'x');
  EXPECT_EQ(write(a(), 1, much), Link::kMinUnsentBytes);
}

TEST_F(LinkTest, EveryStreamHasItsShareOfAFirstWindow) {
  const std::string much(100'000, 'x');
  for (MsgId id = 1; id <= 4; ++id) {
    pair_.open(id);
    write(a(), id, much);
  }
  pair_.pump();
  pair_.carry(a());
  for (MsgId id = 1; id <= 4; ++id) {
    const auto share = static_cast<double>(a().link.stats().bytes_sent) / 4;
    EXPECT_NEAR(static_cast<double>(b().handler.bytes[id].size()), share, 1500) << id;
  }
}

TEST_F(LinkTest, PutsWhatSeveralStreamsHaveIntoOnePacket) {
  for (MsgId id = 1; id <= 3; ++id) {
    pair_.open(id);
    write(a(), id, "abc");
    a().link.finish(id);
  }
  pair_.pump();
  EXPECT_EQ(a().contact.packets.size(), 2U);  // one of them probes the packet size
  pair_.carry(a());
  for (MsgId id = 1; id <= 3; ++id) EXPECT_TRUE(b().handler.ended.contains(id));
}

TEST_F(LinkTest, AReleasedStreamStillArrivesAndIsThenForgotten) {
  pair_.open(7);
  write(a(), 7, std::string(20'000, 'x'));
  a().link.finish(7);
  b().link.finish(7);
  pair_.pump();
  a().handler.ended.clear();
  pair_.carry(b());
  ASSERT_TRUE(a().handler.ended.contains(7));
  a().link.release(7);
  EXPECT_TRUE(a().link.is_open(7));
  pair_.exchange(3);
  EXPECT_EQ(b().handler.bytes[7].size(), 20'000U);
  EXPECT_FALSE(a().link.is_open(7));
  EXPECT_EQ(a().link.buffered_bytes(), 0U);
}

TEST_F(LinkTest, AReleasedStreamThatLosesPacketsSendsThemAgain) {
  pair_.open(7);
  write(a(), 7, std::string(20'000, 'x'));
  a().link.finish(7);
  b().link.finish(7);
  pair_.pump();
  pair_.carry(b());
  a().link.release(7);
  a().take();  // all are lost
  pair_.exchange(60);
  EXPECT_EQ(b().handler.bytes[7].size(), 20'000U);
  EXPECT_TRUE(b().handler.ended.contains(7));
  EXPECT_FALSE(a().link.is_open(7));
}

TEST_F(LinkTest, AnAbandonedStreamSendsNothingMore) {
  pair_.open(7);
  write(a(), 7, std::string(200'000, 'x'));
  pair_.pump();
  pair_.exchange(1);
  a().link.abandon(7);
  EXPECT_EQ(a().link.buffered_bytes(), 0U);
  a().take();
  pair_.exchange(1);
  pair_.pass(1s);
  pair_.tick();
  EXPECT_TRUE(frames_of<StreamFrame>(a().take()).empty());
  EXPECT_LT(b().handler.bytes[7].size(), 200'000U);
}

TEST_F(LinkTest, AnEndThatIsLostIsRepeated) {
  pair_.open(7);
  write(a(), 7, "hello");
  pair_.pump();
  pair_.exchange(2);
  a().link.finish(7);
  a().link.pump(pair_.now);
  a().take();
  EXPECT_FALSE(b().handler.ended.contains(7));
  pair_.exchange(60);
  EXPECT_TRUE(b().handler.ended.contains(7));
}

TEST_F(LinkTest, HandlersMayWriteOpenAndAbandonFromInside) {
  pair_.open(1);
  pair_.open(2);
  b().handler.when_readable = [&](MsgId id) {
    if (id == 1) {
      b().link.abandon(1);
      b().link.abandon(2);
      b().handler.over = {1, 2};
      pair_.open(3);
      write(b(), 3, "from inside");
      b().link.finish(3);
    }
  };
  write(a(), 1, std::string(30'000, 'x'));
  write(a(), 2, std::string(30'000, 'x'));
  pair_.pump();
  pair_.exchange(5);
  EXPECT_EQ(a().handler.bytes[3], "from inside");
  EXPECT_TRUE(a().handler.ended.contains(3));
  EXPECT_FALSE(a().link.deadline());
}

// -- flow control

TEST_F(LinkTest, ASenderStopsAtTheStreamsWindowAndGoesOnWhenBytesAreRead) {
  pair_.open(7);
  b().handler.reads = false;
  uint64_t taken = write(a(), 7, std::string(Link::kMaxUnsentBytes, 'x'));
  pair_.pump();
  pair_.exchange(20);
  taken += write(a(), 7, std::string(100'000, 'x'));
  pair_.pump();
  pair_.exchange(20);
  EXPECT_EQ(a().link.stats().bytes_sent, Link::kInitialStreamWindow);
  EXPECT_LE(b().link.buffered_bytes(), Link::kInitialStreamWindow);
  EXPECT_TRUE(a().link.stats().in_flight == 0);
  EXPECT_FALSE(a().link.deadline());
  b().handler.read(7, pair_.now);
  pair_.pump();
  pair_.exchange(20);
  b().handler.read(7, pair_.now);
  EXPECT_EQ(b().handler.bytes[7].size(), taken);
}

TEST_F(LinkTest, AllStreamsTogetherStopAtTheLinksWindow) {
  b().handler.reads = false;
  for (MsgId id = 1; id <= 8; ++id) {
    pair_.open(id);
    ASSERT_EQ(write(a(), id, std::string(Link::kMaxUnsentBytes, 'x')), Link::kMaxUnsentBytes);
  }
  pair_.pump();
  pair_.exchange(40);
  EXPECT_EQ(a().link.stats().bytes_sent, Link::kInitialLinkWindow);
  b().handler.reads = true;
  for (MsgId id = 1; id <= 8; ++id) b().handler.read(id, pair_.now);
  pair_.pump();
  pair_.exchange(40);
  for (MsgId id = 1; id <= 8; ++id) {
    EXPECT_EQ(b().handler.bytes[id].size(), Link::kMaxUnsentBytes) << id;
  }
}

TEST_F(LinkTest, ALimitThatIsLostIsToldAgain) {
  pair_.open(7);
  b().handler.reads = false;
  write(a(), 7, std::string(Link::kMaxUnsentBytes, 'x'));
  pair_.pump();
  pair_.exchange(20);
  write(a(), 7, std::string(100'000, 'x'));
  pair_.exchange(2);
  b().handler.read(7, pair_.now);
  b().handler.reads = true;
  b().link.pump(pair_.now);
  EXPECT_FALSE(frames_of<StreamLimitFrame>(b().take()).empty());
  pair_.exchange(60);
  EXPECT_EQ(b().handler.bytes[7].size(), Link::kMaxUnsentBytes + 100'000);
}

TEST_F(LinkTest, BytesBeyondAStreamsWindowAreAnError) {
  a().link.open(7);
  forge_stream(0, 7, Link::kInitialStreamWindow - 3, 3);
  EXPECT_TRUE(a().handler.errors.empty());
  forge_stream(1, 7, Link::kInitialStreamWindow - 2, 3);
  EXPECT_EQ(a().handler.errors, (std::vector<MsgId>{7}));
  EXPECT_FALSE(a().link.is_open(7));
}

TEST_F(LinkTest, BytesBeyondTheLinksWindowAreAnError) {
  for (MsgId id = 1; id <= 5; ++id) a().link.open(id);
  uint32_t number = 0;
  for (MsgId id = 1; id <= 4; ++id) {
    forge_stream(number++, id, Link::kInitialStreamWindow - 1, 1);
  }
  EXPECT_TRUE(a().handler.errors.empty());
  forge_stream(number++, 5, 0, 1);
  EXPECT_EQ(a().handler.errors, (std::vector<MsgId>{5}));
}

TEST_F(LinkTest, AStreamThatEndsTwiceIsAnError) {
  a().link.open(7);
  forge_stream(0, 7, 0, 3, true);
  forge_stream(1, 7, 0, 4, true);
  EXPECT_EQ(a().handler.errors, (std::vector<MsgId>{7}));
}

// Both ends must count the bytes of abandoned streams, or the link's window would shrink for good.
TEST_F(LinkTest, AbandonedStreamsGiveBackTheirPartOfTheLinksWindow) {
  pair_.warm_up();
  const std::string much(150'000, 'x');
  for (MsgId id = 1; id <= 60; ++id) {
    pair_.open(id);
    write(a(), id, much);
    // The reader abandons first; the writer learns of it later and sends on meanwhile.
    b().link.abandon(id);
    b().handler.over.insert(id);
    pair_.pump();
    pair_.exchange(2);
    a().link.abandon(id);
    pair_.exchange(1);
  }
  pair_.open(100);
  write(a(), 100, much);
  pair_.pump();
  pair_.exchange(50);
  EXPECT_EQ(b().handler.bytes[100].size(), much.size());
}

TEST_F(LinkTest, AnAbandonedStreamGivesBackWhatWasLostOfIt) {
  pair_.warm_up();
  const std::string much(150'000, 'x');
  for (MsgId id = 1; id <= 60; ++id) {
    pair_.open(id);
    write(a(), id, much);
    a().link.pump(pair_.now);
    pair_.exchange(1);
    a().link.abandon(id);
    a().take();  // the rest is lost
    pair_.exchange(3);
    b().link.abandon(id);
    b().handler.over.insert(id);
    pair_.exchange(1);
  }
  pair_.open(100);
  write(a(), 100, much);
  pair_.pump();
  pair_.exchange(50);
  EXPECT_EQ(b().handler.bytes[100].size(), much.size());
}

}  // namespace
}  // namespace ngcshare::link
