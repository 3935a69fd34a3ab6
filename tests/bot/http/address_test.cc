#include "bot/http/address.h"

#include <gtest/gtest.h>

namespace ngcshare {
namespace {

TEST(HttpAddress, IsAPortOrAnAddressWithOne) {
  const std::pair<const char*, HttpAddress> accepted[] = {
      {"9464", {"127.0.0.1", 9464}},
      {"127.0.0.1:1", {"127.0.0.1", 1}},
      {"0.0.0.0:9464", {"0.0.0.0", 9464}},
      {"[::1]:65535", {"::1", 65535}},
      {"[::]:80", {"::", 80}},
  };
  for (const auto& [text, address] : accepted) EXPECT_EQ(parse_http_address(text), address) << text;
  for (const char* const text :
       {"", "0", "65536", "-1", ":9464", "localhost:9464", "::1:80", "[::1]", "[127.0.0.1]:80",
        "1.2.3:80", "80:", "0.0.0.0", "[]:80", " 80"}) {
    EXPECT_EQ(parse_http_address(text), std::nullopt) << text;
  }
}

TEST(HttpAddress, LeadsABrowserOnTheSameMachineThere) {
  EXPECT_EQ(to_url({"127.0.0.1", 9464}), "http://127.0.0.1:9464/");
  EXPECT_EQ(to_url({"0.0.0.0", 80}), "http://127.0.0.1:80/");
  EXPECT_EQ(to_url({"::", 80}), "http://[::1]:80/");
  EXPECT_EQ(to_url({"192.0.2.7", 80}), "http://192.0.2.7:80/");
}

}  // namespace
}  // namespace ngcshare
