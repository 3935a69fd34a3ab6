#include "bot/services/wanted_service.h"

#include <algorithm>

#include "bot/base/key.h"
#include "bot/base/numbers.h"
#include "bot/base/printable.h"
#include "bot/services/service_name.h"
#include "protocol/base/text.h"

namespace ngcshare {
namespace {

std::string upper_case(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) {
    return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return upper;
}

}  // namespace

std::variant<WantedService, WantedError> parse_wanted(const std::string& text) {
  const std::string shown = "\"" + printable(text) + "\"";
  const WantedError other_form{shown +
                               " is not SERVICE[@GATEWAY][=LOCALPORT] with a port from 1 to 65535"};
  WantedService wanted;
  std::string rest = text;
  if (const size_t equals = rest.rfind('='); equals != std::string::npos) {
    wanted.local_port = parse_port(rest.substr(equals + 1));
    if (!wanted.local_port) return other_form;
    rest.resize(equals);
  }
  if (const std::string_view digits = digits_behind_at(rest); !digits.empty()) {
    if (digits.size() < kTrustedDigits) {
      return WantedError{shown +
                         " has too few digits of the gateway's key: anybody can make a key "
                         "that begins with them; give at least " +
                         std::to_string(kTrustedDigits) + ", as connect --list shows them"};
    }
    wanted.gateway_prefix = upper_case(digits);
    rest.resize(rest.rfind('@'));
  }
  if (!is_valid_service_name(rest)) return other_form;
  if (!is_visible_utf8(rest)) {
    return WantedError{shown +
                       " has a character that cannot be seen or is no plain space; type "
                       "the name without it"};
  }
  wanted.name = rest;
  return wanted;
}

}  // namespace ngcshare
