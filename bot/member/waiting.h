// The reason why a service that the user asked for has no local port, in the user's words.
#pragma once

#include <span>
#include <string>

namespace ngcshare {

struct Waiting {
  // The gateway that the service belongs to, as far as it is known: by its key in the command, or
  // because the name was first used from it.
  enum class Gateway { kUnknown, kOffline, kOnline };

  std::string service;
  std::string gateway_digits;  // empty if kUnknown
  Gateway gateway = Gateway::kUnknown;
  bool is_offered = false;  // by a gateway from which it may be used
};

// `offered`: the names of all services that anybody in the group offers.
std::string why_it_waits(const Waiting& waiting, std::span<const std::string> offered);

}  // namespace ngcshare
