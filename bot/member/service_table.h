// The table of services that a member sees.
#pragma once

#include <string>
#include <vector>

namespace ngcshare {

// The cells of one row, ready to be printed.
struct ServiceRow {
  std::string service;
  std::string gateway;
  std::string ports;
  std::string state;
  std::string last;  // local address, or description
};

// Returns the table with its header, 80 columns wide as far as its cells allow.
std::string service_table(const std::vector<ServiceRow>& rows, const std::string& last_column);

}  // namespace ngcshare
