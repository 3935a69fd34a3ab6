// What is wrong with a configuration, collected so that all of it can be told at once.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "bot/exit_codes.h"

namespace ngcshare {

// One thing of the command line or environment is wrong; what() is one line for the user.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Problems {
 public:
  // One line, which says what is wrong and what would work; control characters are replaced. The
  // code is what the program ends with.
  void add(const std::string& text, int exit_code = kExitUsage);
  // Something that works, but perhaps not as it was meant.
  void warn(const std::string& text);

  // Runs a reader of one thing and keeps the UsageError that it throws. False: it threw one.
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
  // Of the first problem, but a wrong command line or environment counts before all else: it may
  // have caused the rest. kExitOk: there is none.
  int exit_code() const { return exit_code_; }

 private:
  std::vector<std::string> errors_;
  std::vector<std::string> warnings_;
  int exit_code_ = kExitOk;
};

}  // namespace ngcshare
