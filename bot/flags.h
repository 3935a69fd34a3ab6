// The flags of each subcommand as tables: what is parsed, what the environment may hold and what
// --help shows all come from here.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ngcshare {

struct Flag {
  std::string_view name;   // without the dashes
  std::string_view value;  // what stands for its value in the help; empty: a switch
  bool repeatable;
  std::string_view help;
};

struct Subcommand {
  std::string_view name;
  std::string_view positional;  // how its words are called in the help; empty: it takes none
  std::string_view summary;
  std::vector<Flag> flags;  // besides the common ones
  bool goes_online =
      true;  // false: of common_flags() it takes only those about the folder and output
};

const std::vector<Subcommand>& subcommands();
const std::vector<Flag>& common_flags();
// All that the subcommand takes: its own flags, then the common ones.
std::vector<Flag> flags_of(const Subcommand& subcommand);

std::string program_help();
std::string subcommand_help(const Subcommand& subcommand);

// "data-dir" -> "NGCSHARE_DATA_DIR".
std::string environment_name(std::string_view flag);

// Whether a switch is on. `name` is the flag or variable. Throws UsageError.
bool parse_switch(const std::string& name, const std::string& value);

// What was given: flags by name with their values ("" for a switch), and the other words.
class GivenFlags {
 public:
  void add(std::string_view flag, std::string value);
  bool has(std::string_view flag) const { return values_.contains(std::string(flag)); }
  // The last value; nullopt when not given.
  std::optional<std::string> one(std::string_view flag) const;
  std::vector<std::string> all(std::string_view flag) const;
  // The names of those whose values differ from what `other` has.
  std::vector<std::string> difference(const GivenFlags& other) const;

  std::vector<std::string> words;

 private:
  std::map<std::string, std::vector<std::string>> values_;
};

}  // namespace ngcshare
