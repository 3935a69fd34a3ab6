// Sends requests to the gateway running on a data folder, from another process.
#pragma once

#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "bot/control/protocol.h"

namespace ngcshare {

// No gateway is running on the folder; what() is one line for the user.
class NotRunningError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The gateway may not be asked or does not answer; what() is one line for the user.
class ControlError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class ControlClient {
 public:
  static constexpr std::chrono::milliseconds kPatience{30'000};

  // Connects anew for each request, so that a prompt survives a restart of the gateway and does not
  // keep one of its few connections (ControlLimits).
  explicit ControlClient(std::filesystem::path folder,
                         std::chrono::milliseconds patience = kPatience);

  // Blocks until the answer arrives, at most `patience` for each part of it. Throws
  // NotRunningError, ControlError.
  ControlAnswer ask(const ControlRequest& request) const;

 private:
  const std::filesystem::path folder_;
  const std::chrono::milliseconds patience_;
};

}  // namespace ngcshare
