#include "bot/member/waiting.h"

#include "bot/base/printable.h"
#include "bot/base/spelling.h"

namespace ngcshare {

std::string why_it_waits(const Waiting& waiting, std::span<const std::string> offered) {
  const std::string gateway = "its gateway " + waiting.gateway_digits;
  if (waiting.is_offered) return "it is offered, but has no local port";
  if (waiting.gateway == Waiting::Gateway::kOffline) return gateway + " is offline";
  if (waiting.gateway == Waiting::Gateway::kOnline) {
    return gateway + " is online, but does not offer it: it is turned off, or not for you";
  }
  if (offered.empty()) return "nobody in the group offers anything yet";
  if (const auto meant = nearest_name(waiting.service, offered)) {
    return "nobody in the group offers it; did you mean " + printable(*meant) + "?";
  }
  return "nobody in the group offers it; ngcshare connect CHAT_ID --list shows what there is";
}

}  // namespace ngcshare
