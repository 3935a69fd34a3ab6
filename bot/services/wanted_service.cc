#include "bot/services/wanted_service.h"

#include <algorithm>

#include "bot/base/numbers.h"
#include "protocol/base/text.h"

namespace ngcshare {
namespace {

constexpr size_t kMinGatewayPrefix = 8;

std::string upper_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

bool is_gateway_prefix(const std::string& text) {
  return text.size() >= kMinGatewayPrefix && text.size() <= 64 &&
         text.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
}

}  // namespace

std::optional<WantedService> parse_wanted(const std::string& text) {
  WantedService wanted;
  std::string rest = text;
  if (const size_t equals = rest.rfind('='); equals != std::string::npos) {
    wanted.local_port = parse_port(rest.substr(equals + 1));
    if (!wanted.local_port) return std::nullopt;
    rest.resize(equals);
  }
  const size_t at = rest.rfind('@');
  if (at != std::string::npos && is_gateway_prefix(rest.substr(at + 1))) {
    wanted.gateway_prefix = upper_case(rest.substr(at + 1));
    rest.resize(at);
  }
  wanted.name = rest;
  return is_valid_service_name(rest) ? std::optional(wanted) : std::nullopt;
}

}  // namespace ngcshare
