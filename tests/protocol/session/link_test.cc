// A session whose peer has its end of the link.
#include "tests/protocol/session/link_rig.h"

namespace ngcshare::test {
namespace {

TEST(SessionLink, EndsAMappingThatLosesTheLinkWithBytesThatWereSentEarly) {
  LinkRig rig;
  RecordingSink sink;
  Mapping& mapping = rig.opened(sink);
  const MsgId id = mapping.id();
  ASSERT_TRUE(mapping.may_send());
  EXPECT_EQ(mapping.write(some_bytes(100)), 100U);
  rig.receive_ack(id, kAllCapabilities);
  EXPECT_EQ(sink.closed, std::vector{KillReason::kProtocol});
  EXPECT_EQ(sink.established, 0);
  EXPECT_EQ(rig.session.mapping_count(), 0U);
}

TEST(SessionLink, EndsAMappingThatLosesTheLinkWithAnEndThatWasSentEarly) {
  LinkRig rig;
  RecordingSink sink;
  Mapping& mapping = rig.opened(sink);
  const MsgId id = mapping.id();
  mapping.finish(rig.now);
  rig.receive_ack(id, kAllCapabilities);
  EXPECT_EQ(sink.closed, std::vector{KillReason::kProtocol});
}

TEST(SessionLink, MayBeLeftOutByTheOffererWhileNothingHasBeenSent) {
  LinkRig rig;
  RecordingSink sink;
  Mapping& mapping = rig.opened(sink);
  rig.receive_ack(mapping.id(), kAllCapabilities);
  EXPECT_EQ(sink.established, 1);
  EXPECT_FALSE(mapping.over_link());
  EXPECT_EQ(mapping.write(some_bytes(100)), 100U);
  EXPECT_EQ(rig.contact.count<StreamData>(), 1U);
}

TEST(SessionLink, TakesNoBytesOfAStreamFromTcpDataThatComesBeforeAckAcc) {
  LinkRig rig;
  RecordingSink sink;
  Mapping& mapping = rig.opened(sink);
  rig.receive(StreamData{mapping.id(), some_bytes(10)});
  EXPECT_EQ(sink.established, 1);
  EXPECT_TRUE(mapping.over_link());
  rig.receive(StreamData{mapping.id(), {}});
  EXPECT_TRUE(sink.received.empty());
  EXPECT_EQ(sink.ended, 0);
}

}  // namespace
}  // namespace ngcshare::test
