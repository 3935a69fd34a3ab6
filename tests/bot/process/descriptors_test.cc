#include "bot/process/descriptors.h"

#include <gtest/gtest.h>

namespace ngcshare {
namespace {

TEST(Descriptors, KeepSomeForAllButConnections) {
  EXPECT_EQ(descriptors_for_connections(1'048'576), 1'048'320U);
  EXPECT_EQ(descriptors_for_connections(1024), 768U);
  EXPECT_EQ(descriptors_for_connections(256), 128U);
  EXPECT_EQ(descriptors_for_connections(0), 0U);
}

TEST(Descriptors, AreRaisedToWhatThisUserMayHave) {
  raise_descriptor_limit();
  EXPECT_GT(descriptor_limit(), 0U);
}

}  // namespace
}  // namespace ngcshare
