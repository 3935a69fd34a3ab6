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
  EXPECT_EQ(a().link.stats().bytes_sent, Link::kWindows.initial_stream);
  EXPECT_LE(b().link.buffered_bytes(), Link::kWindows.initial_stream);
  EXPECT_TRUE(a().link.stats().in_flight == 0);
  EXPECT_FALSE(a().link.deadline());
  b().handler.read(7, pair_.now);
  pair_.pump();
  pair_.exchange(20);
  b().handler.read(7, pair_.now);
  EXPECT_EQ(b().handler.bytes[7].size(), taken);
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
  forge_stream(0, 7, Link::kWindows.initial_stream - 3, 3);
  EXPECT_TRUE(a().handler.errors.empty());
  forge_stream(1, 7, Link::kWindows.initial_stream - 2, 3);
  EXPECT_EQ(a().handler.errors, (std::vector<MsgId>{7}));
  EXPECT_FALSE(a().link.is_open(7));
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
