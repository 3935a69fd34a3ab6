#include "bot/member/service_table.h"

#include <algorithm>

#include "bot/base/key.h"

namespace ngcshare {
namespace {

std::string padded(std::string cell, size_t width) {
  cell.resize(std::max(width, cell.size()), ' ');
  return cell + "  ";
}

std::string line_of(const ServiceRow& row) {
  return padded(row.service, 18) + padded(row.gateway, kTrustedDigits) + padded(row.ports, 13) +
         padded(row.state, 7) + row.last + "\n";
}

}  // namespace

std::string service_table(const std::vector<ServiceRow>& rows, const std::string& last_column) {
  std::string text = line_of({"SERVICE", "FROM", "PORT", "STATE", last_column});
  for (const ServiceRow& row : rows) text += line_of(row);
  return text;
}

}  // namespace ngcshare
