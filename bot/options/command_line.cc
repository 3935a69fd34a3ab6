#include "bot/options/command_line.h"

#include <algorithm>
#include <cxxopts.hpp>

#include "bot/base/spelling.h"

namespace ngcshare {
namespace {

using Words = std::vector<std::string>;

bool is_switch(const std::vector<Flag>& flags, const std::string& name) {
  return std::any_of(flags.begin(), flags.end(),
                     [&](const Flag& flag) { return flag.name == name && flag.value.empty(); });
}

cxxopts::ParseResult parse(cxxopts::Options& parser, const Words& arguments) {
  std::vector<const char*> raw = {"ngcshare"};
  for (const auto& argument : arguments) raw.push_back(argument.c_str());
  return parser.parse(static_cast<int>(raw.size()), raw.data());
}

// Only the last flag can lack its value, because any other takes the next word for it. The words
// before it are still parsed.
cxxopts::ParseResult parse_all(cxxopts::Options& parser, Words arguments, Problems& problems) {
  while (true) {
    try {
      return parse(parser, arguments);
    } catch (const cxxopts::exceptions::exception&) {
      if (arguments.empty()) throw;
      problems.add(arguments.back() + " needs a value");
      arguments.pop_back();
    }
  }
}

// Undoes cxxopts's splitting of a word with one dash: "-json" comes as "-j", "-s", "-o", "-n".
Words join_letters(const Words& words) {
  Words joined;
  bool open = false;
  for (const std::string& word : words) {
    const bool letter = word.size() == 2 && word[0] == '-' && word[1] != '-';
    if (letter && open) {
      joined.back() += word[1];
    } else {
      joined.push_back(word);
    }
    open = letter;
  }
  return joined;
}

std::string hint(const Subcommand& subcommand, const std::string& flag) {
  Words names;
  for (const Flag& known : flags_of(subcommand)) names.emplace_back(known.name);
  const std::string name = flag.substr(std::min(flag.find_first_not_of('-'), flag.size()));
  if (const auto meant = nearest_name(name, names)) return "did you mean --" + *meant + "?";
  for (const Subcommand& other : subcommands()) {
    const auto flags = flags_of(other);
    const bool takes_it = std::any_of(flags.begin(), flags.end(),
                                      [&](const Flag& known) { return known.name == name; });
    if (takes_it) return "it is a flag of ngcshare " + std::string(other.name);
  }
  return "see ngcshare " + std::string(subcommand.name) + " --help";
}

std::string unexpected(const Subcommand& subcommand, const std::string& word) {
  const auto flags = flags_of(subcommand);
  const bool may_be_share = word.find('=') != std::string::npos &&
                            std::any_of(flags.begin(), flags.end(),
                                        [](const Flag& flag) { return flag.name == "share"; });
  return "unexpected \"" + word + "\"; " +
         (may_be_share ? "did you mean --share " + word + "?"
                       : "see ngcshare " + std::string(subcommand.name) + " --help");
}

// Returns the words that are no known flag. A word after an unknown flag may be that flag's value,
// so it is not reported as a problem of its own.
Words other_words(const Subcommand& subcommand, const Words& unmatched, Problems& problems) {
  Words words;
  bool unknown_flag = false;
  for (const std::string& word : join_letters(unmatched)) {
    if (!word.starts_with("-")) {
      words.push_back(word);
      continue;
    }
    const std::string flag = word.substr(0, word.find('='));
    problems.add("there is no flag " + flag + "; " + hint(subcommand, flag));
    unknown_flag = true;
  }
  if (subcommand.positional.empty() && unknown_flag) words.clear();
  return words;
}

}  // namespace

GivenFlags parse_command_line(const Subcommand& subcommand, const Words& all, Problems& problems) {
  const auto dashes = std::find(all.begin(), all.end(), "--");
  const auto flags = flags_of(subcommand);
  cxxopts::Options parser("ngcshare " + std::string(subcommand.name));
  for (const Flag& flag : flags) {
    const auto value = cxxopts::value<std::string>();
    if (flag.value.empty()) value->implicit_value("1");
    const std::string letter = flag.name == "help" ? "h," : "";
    parser.add_options()(letter + std::string(flag.name), "", value);
  }
  parser.allow_unrecognised_options();
  GivenFlags given;
  const auto result = parse_all(parser, {all.begin(), dashes}, problems);
  for (const auto& pair : result.arguments()) {
    problems.collect([&] {
      if (!is_switch(flags, pair.key())) {
        given.add(pair.key(), pair.value());
      } else if (parse_switch("--" + pair.key(), pair.value())) {
        given.add(pair.key(), "");
      }
    });
  }
  given.words = other_words(subcommand, result.unmatched(), problems);
  if (dashes != all.end()) given.words.insert(given.words.end(), dashes + 1, all.end());
  if (subcommand.positional.empty() && !given.words.empty()) {
    problems.add(unexpected(subcommand, given.words.front()));
  }
  return given;
}

}  // namespace ngcshare
