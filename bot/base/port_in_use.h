// The error of a port that cannot be bound.
#pragma once

#include <stdexcept>

namespace ngcshare {

// Thrown when none of the ports that were asked for can be bound. what() is one line for the user.
class PortInUseError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace ngcshare
