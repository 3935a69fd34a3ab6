#include "bot/base/port_set.h"

#include <gtest/gtest.h>

namespace ngcshare {
namespace {

TEST(PortSet, ContainsTheRangesThatWereAdded) {
  PortSet ports;
  EXPECT_FALSE(ports.contains(1, 1));
  EXPECT_TRUE(ports.add("25565,30000-30100"));
  EXPECT_TRUE(ports.add("30101,65535"));
  EXPECT_TRUE(ports.contains(25565, 25565));
  EXPECT_TRUE(ports.contains(30000, 30101));
  EXPECT_TRUE(ports.contains(65535, 65535));
  EXPECT_FALSE(ports.contains(25564, 25565));
  EXPECT_FALSE(ports.contains(30101, 30102));
  EXPECT_FALSE(ports.contains(25565, 30000));
  EXPECT_FALSE(ports.contains(65534, 65535));
}

TEST(PortSet, LacksWhatWasRemoved) {
  PortSet ports;
  EXPECT_TRUE(ports.add("1-65535"));
  ports.remove(9464);
  ports.remove(0);
  EXPECT_FALSE(ports.contains(9464, 9464));
  EXPECT_FALSE(ports.contains(9000, 10000));
  EXPECT_TRUE(ports.contains(9465, 65535));
}

TEST(PortSet, TakesNothingOfATextThatIsWrong) {
  for (const char* text : {"", ",", "0", "65536", "80,", ",80", "80,x", "80-", "-80", "81-80",
                           "80-81-82", "80 81", "80/tcp", "+80", "80,0-1"}) {
    PortSet ports;
    EXPECT_FALSE(ports.add(text)) << text;
    EXPECT_FALSE(ports.contains(80, 80)) << text;
  }
}

}  // namespace
}  // namespace ngcshare
