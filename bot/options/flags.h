// Tables of each subcommand's flags, the source of parsing, environment variables, --help and the
// manual pages.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ngcshare {

struct Flag {
  std::string_view name;   // without the dashes
  std::string_view value;  // placeholder of its value in the help; empty: a switch
  bool repeatable;
  std::string_view help;
};

// Only on the command line: in the environment it would hold for all later starts, too.
inline constexpr std::string_view kNewStartFlag = "new-start";

struct Example {
  std::string_view command;
  std::string_view effect;
};

struct Subcommand {
  std::string_view name;
  std::string_view positional;  // its words in the help; empty: it takes none
  std::string_view summary;
  std::vector<Flag> flags;  // besides the common ones
  // If false, takes only --data-dir, --env-file, --json and --help of the common flags.
  bool goes_online = true;
  std::vector<Example> examples = {};
};

const std::vector<Subcommand>& subcommands();
const std::vector<Flag>& common_flags();
// Returns those of the common flags that the subcommand takes.
std::vector<Flag> common_flags_of(const Subcommand& subcommand);
// Returns all flags of the subcommand: its own, then the common ones.
std::vector<Flag> flags_of(const Subcommand& subcommand);

// "data-dir" -> "NGCSHARE_DATA_DIR".
std::string environment_name(std::string_view flag);

// Returns whether a switch is on. `name`, the flag or variable, is named in the error. Throws
// UsageError.
bool parse_switch(const std::string& name, const std::string& value);

// The flags that were given, by name with their values ("" for a switch), and the other words.
class GivenFlags {
 public:
  void add(std::string_view flag, std::string value);
  bool has(std::string_view flag) const { return values_.contains(std::string(flag)); }
  // Returns the last value, or nullopt if the flag is not given.
  std::optional<std::string> one(std::string_view flag) const;
  std::vector<std::string> all(std::string_view flag) const;
  // Returns the names of flags whose values differ between this and `other`.
  std::vector<std::string> difference(const GivenFlags& other) const;

  std::vector<std::string> words;

 private:
  std::map<std::string, std::vector<std::string>> values_;
};

}  // namespace ngcshare
