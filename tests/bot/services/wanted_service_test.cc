#include "bot/services/wanted_service.h"

#include <gtest/gtest.h>

namespace ngcshare {
namespace {

const std::string kKey(64, 'A');

struct WantedCase {
  const char* label;
  std::string text;
  std::string name;
  std::string gateway;
  std::optional<uint16_t> port;
};

const WantedCase kWanted[] = {
    {"name", "web", "web", "", std::nullopt},
    {"port", "web=8080", "web", "", 8080},
    {"lowest port", "web=1", "web", "", 1},
    {"highest port", "web=65535", "web", "", 65535},
    {"gateway", "web@01234567", "web", "01234567", std::nullopt},
    {"gateway in lower case", "web@abcdef01", "web", "ABCDEF01", std::nullopt},
    {"whole key", "web@" + kKey, "web", kKey, std::nullopt},
    {"gateway and port", "web@01234567=8080", "web", "01234567", 8080},
    {"short gateway is part of the name", "web@0123456", "web@0123456", "", std::nullopt},
    {"other @ is part of the name", "me@home", "me@home", "", std::nullopt},
    {"last @ counts", "me@home@01234567", "me@home", "01234567", std::nullopt},
    {"name with an equals sign", "a=b=80", "a=b", "", 80},
    {"name with spaces", "my server=80", "my server", "", 80},
    {"longest name", std::string(64, 'n'), std::string(64, 'n'), "", std::nullopt},
};

struct NotWantedCase {
  const char* label;
  std::string text;
};

const NotWantedCase kNotWanted[] = {
    {"empty", ""},
    {"no name", "=80"},
    {"no name before the gateway", "@01234567"},
    {"no port", "web="},
    {"port 0", "web=0"},
    {"port 65536", "web=65536"},
    {"port 70000", "web=70000"},
    {"port is no number", "web=http"},
    {"transport", "web=80/tcp"},
    {"name of 65 bytes", std::string(65, 'n')},
    {"control character", "we\nb"},
    {"not UTF-8", "we\xFF"},
    {"control character behind", "web=80\n"},
};

TEST(WantedService, IsANameWithGatewayAndPort) {
  for (const WantedCase& row : kWanted) {
    const auto wanted = parse_wanted(row.text);
    ASSERT_TRUE(wanted) << row.label;
    EXPECT_EQ(wanted->name, row.name) << row.label;
    EXPECT_EQ(wanted->gateway_prefix, row.gateway) << row.label;
    EXPECT_EQ(wanted->local_port, row.port) << row.label;
  }
}

TEST(WantedService, IsRefusedOtherwise) {
  for (const NotWantedCase& row : kNotWanted) EXPECT_FALSE(parse_wanted(row.text)) << row.label;
}

}  // namespace
}  // namespace ngcshare
