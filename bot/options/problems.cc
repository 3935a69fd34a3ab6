#include "bot/options/problems.h"

#include "bot/base/printable.h"

namespace ngcshare {

void Problems::add(const std::string& text, int exit_code) {
  errors_.push_back(printable(text));
  if (exit_code_ == kExitOk || exit_code == kExitUsage) exit_code_ = exit_code;
}

void Problems::warn(const std::string& text) { warnings_.push_back(printable(text)); }

}  // namespace ngcshare
