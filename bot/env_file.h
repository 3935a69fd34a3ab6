// The file of --env-file: variables in lines, as in the environment files of Docker and systemd.
//
//   # a comment: the line's first character but for blanks is '#'
//   NGCSHARE_NICK=gate
//   export NGCSHARE_SHARE=web=8080,game=25565/udp
//   NGCSHARE_CREATE="our \"room\""
//
// A line is [export ]NAME=VALUE. NAME has letters, digits and '_', and no blank stands before the
// '='. The value ends with the line; blanks at its ends are no part of it. It is taken as it
// stands: no variable is replaced in it, and '#' or a backslash is one character like others. When
// it begins with a quote, ' or ", it ends with the same one, and blanks inside count; in "…" a
// backslash takes the next character as it is. A line may end as on Windows. No name stands twice.
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
  std::vector<Variable> variables;    // those that could be read; no two of one name
  std::vector<std::string> problems;  // "line 3: …"; at most kMostProblems, then reading ends

  static constexpr size_t kMostProblems = 16;
};

// Never throws; any bytes may come.
EnvFile parse_env_file(std::string_view text);

}  // namespace ngcshare
