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
    {"gateway", "web@0123456789012345", "web", "0123456789012345", std::nullopt},
    {"gateway in lower case", "web@abcdef01abcdef01", "web", "ABCDEF01ABCDEF01", std::nullopt},
    {"whole key", "web@" + kKey, "web", kKey, std::nullopt},
    {"gateway and port", "web@0123456789012345=8080", "web", "0123456789012345", 8080},
    {"other @ is part of the name", "me@home", "me@home", "", std::nullopt},
    {"last @ counts", "me@cafe@0123456789012345", "me@cafe", "0123456789012345", std::nullopt},
    {"name with an equals sign", "a=b=80", "a=b", "", 80},
    {"name with spaces", "my server=80", "my server", "", 80},
    {"longest name", std::string(64, 'n'), std::string(64, 'n'), "", std::nullopt},
};

struct NotWantedCase {
  const char* label;
  std::string text;
  const char* said = "SERVICE[@GATEWAY][=LOCALPORT]";
};

const NotWantedCase kNotWanted[] = {
    {"empty", ""},
    {"no name", "=80"},
    {"no name before the gateway", "@0123456789012345"},
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
    {"one digit of the gateway", "web@E", "at least 16"},
    {"four digits of the gateway", "web@E897", "at least 16"},
    {"fifteen digits of the gateway", "web@012345678901234=80", "at least 16"},
    {"zero-width space",
     "mine\xE2\x80\x8B"
     "craft",
     "mine<U+200B>craft"},
    {"no-break space", "our\xC2\xA0server=80", "cannot be seen"},
};

TEST(WantedService, IsANameWithGatewayAndPort) {
  for (const WantedCase& row : kWanted) {
    const auto parsed = parse_wanted(row.text);
    const auto* const wanted = std::get_if<WantedService>(&parsed);
    ASSERT_NE(wanted, nullptr) << row.label;
    EXPECT_EQ(wanted->name, row.name) << row.label;
    EXPECT_EQ(wanted->gateway_prefix, row.gateway) << row.label;
    EXPECT_EQ(wanted->local_port, row.port) << row.label;
  }
}

TEST(WantedService, IsRefusedOtherwise) {
  for (const NotWantedCase& row : kNotWanted) {
    const auto parsed = parse_wanted(row.text);
    const auto* const error = std::get_if<WantedError>(&parsed);
    ASSERT_NE(error, nullptr) << row.label;
    EXPECT_NE(error->text.find(row.said), std::string::npos) << row.label << ": " << error->text;
  }
}

}  // namespace
}  // namespace ngcshare
