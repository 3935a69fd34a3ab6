// Parses the file of --env-file: variables in lines, as in the environment files of Docker and
// systemd.
//
//   # a comment: the line's first character but for blanks is '#'
//   NGCSHARE_NICK=gate
//   export NGCSHARE_SHARE=web=8080,game=25565/udp
//   NGCSHARE_CREATE="our \"room\""
//
// A line is [export ]NAME=VALUE. NAME has letters, digits and '_', and no blank precedes the '='.
// The value ends with the line; blanks around it are not part of it. It is taken literally: no
// variable is expanded, and '#' and backslash are ordinary characters. A value that begins with a
// quote, ' or ", must end with the same one and keeps the blanks inside; in "…" a backslash makes
// the next character literal. A line may end with CRLF. A name may occur only once.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ngcshare {

struct EnvFile {
  struct Variable {
    std::string name;
    std::string value;
    size_t line = 0;  // from 1
  };
  std::vector<Variable> variables;    // the valid ones, with unique names
  std::vector<std::string> problems;  // "line 3: …"; parsing stops after kMostProblems

  static constexpr size_t kMostProblems = 16;
};

// Accepts any bytes and never throws.
EnvFile parse_env_file(std::string_view text);

}  // namespace ngcshare
