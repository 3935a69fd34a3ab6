// Collects the errors and warnings of a configuration, so that all are reported at once.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "bot/base/exit_codes.h"

namespace ngcshare {

// An error in the command line or environment; what() is one line for the user.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Problems {
 public:
  // Adds an error: one line that says what is wrong and what would work; control characters are
  // replaced. `exit_code` is the program's exit code for it.
  void add(const std::string& text, int exit_code = kExitUsage);
  // Adds a warning: valid, but perhaps not intended.
  void warn(const std::string& text);

  // Runs `reader` and adds the UsageError that it throws. Returns false if it threw one.
  template <class Reader>
  bool collect(Reader&& reader) {
    try {
      std::forward<Reader>(reader)();
      return true;
    } catch (const UsageError& error) {
      add(error.what());
      return false;
    }
  }

  bool empty() const { return errors_.empty(); }  // warnings do not count
  const std::vector<std::string>& errors() const { return errors_; }
  const std::vector<std::string>& warnings() const { return warnings_; }
  // Returns the exit code of the first error, but kExitUsage before all others, because a wrong
  // command line or environment may have caused them. kExitOk: no errors.
  int exit_code() const { return exit_code_; }

 private:
  std::vector<std::string> errors_;
  std::vector<std::string> warnings_;
  int exit_code_ = kExitOk;
};

}  // namespace ngcshare
