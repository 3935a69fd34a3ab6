// Words for the state and the description in an Offer.
#pragma once

#include <string>
#include <string_view>

#include "protocol/wire/packet.h"

namespace ngcshare {

// A gateway that says nothing of the state takes the service for up.
inline ServiceState state_of(const Offer& offer) {
  return offer.extension ? offer.extension->state.value_or(ServiceState::kUp) : ServiceState::kUp;
}

inline std::string_view to_string(ServiceState state) {
  switch (state) {
    case ServiceState::kDown:
      return "down";
    case ServiceState::kBusy:
      return "busy";
    default:
      return "up";
  }
}

// Returns the text as it was sent; print it as printable().
inline std::string description_of(const Offer& offer) {
  return offer.extension ? offer.extension->description.value_or("") : "";
}

}  // namespace ngcshare
