#include "bot/services/ports.h"

#include <gtest/gtest.h>

namespace ngcshare {
namespace {

struct NameCase {
  const char* offer_name;
  const char* service;
  uint16_t port;
};

TEST(OfferName, TellsServiceAndPort) {
  const NameCase cases[] = {
      {"web", "web", 0},           {"web:80", "web", 80},
      {"web:65535", "web", 65535}, {"web:65536", "web:65536", 0},
      {"web:0", "web:0", 0},       {"web:080", "web:080", 0},
      {"web:", "web:", 0},         {":80", ":80", 0},
      {"web:80:81", "web:80", 81}, {"web:http", "web:http", 0},
      {"web: 80", "web: 80", 0},   {"", "", 0},
  };
  for (const NameCase& row : cases) {
    EXPECT_EQ(port_in_offer_name(row.offer_name), row.port) << row.offer_name;
    EXPECT_EQ(service_in_offer_name(row.offer_name), row.service) << row.offer_name;
  }
}

TEST(ServiceKeys, TellServiceAndPort) {
  for (const int64_t service : {int64_t{1}, int64_t{70000}, (int64_t{1} << 47) - 1}) {
    for (const uint16_t port : {uint16_t{1}, uint16_t{65535}}) {
      EXPECT_EQ(service_of(service_key(service, port)), service);
      EXPECT_EQ(port_of(service_key(service, port)), port);
    }
  }
}

TEST(FirstTcpPort, IsOfTheFirstRangeWithTcp) {
  storage::ServiceRecord record;
  record.ports = {{9, 9, false, true}, {20, 21, true, true}, {5, 5, true, false}};
  EXPECT_EQ(first_tcp_port(record), 20);
  record.ports = {{9, 9, false, true}};
  EXPECT_FALSE(first_tcp_port(record));
}

}  // namespace
}  // namespace ngcshare
