#include "storage/values/service_record.h"

#include <gtest/gtest.h>

#include <vector>

namespace ngcshare::storage {
namespace {

struct PortsCase {
  const char* name;
  std::vector<PortRange> ports;
  bool valid;
};

const PortsCase kCases[] = {
    {"one port", {{80, 80, true, false}}, true},
    {"a range", {{2456, 2458, false, true}}, true},
    {"the largest port", {{65535, 65535, true, true}}, true},
    {"64 in one range", {{1, 64, true, true}}, true},
    {"64 in two ranges", {{1, 32, true, false}, {1, 32, false, true}}, true},
    {"side by side", {{80, 81, true, false}, {82, 83, true, false}}, true},
    {"one port by two transports", {{80, 80, true, false}, {80, 80, false, true}}, true},
    {"none", {}, false},
    {"port 0", {{0, 5, true, false}}, false},
    {"backwards", {{81, 80, true, false}}, false},
    {"no transport", {{80, 80, false, false}}, false},
    {"65 in one range", {{1, 65, true, true}}, false},
    {"65 in two ranges", {{1, 64, true, false}, {100, 100, true, false}}, false},
    {"every port many times", {{1, 65535, true, true}, {1, 65535, true, true}}, false},
    {"twice the same", {{80, 80, true, false}, {80, 80, true, false}}, false},
    {"overlapping", {{80, 90, true, false}, {85, 95, true, true}}, false},
};

TEST(ServiceRecord, PortsAreValidOrNot) {
  for (const PortsCase& row : kCases) EXPECT_EQ(are_valid_ports(row.ports), row.valid) << row.name;
}

}  // namespace
}  // namespace ngcshare::storage
