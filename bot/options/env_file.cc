#include "bot/options/env_file.h"

#include <map>
#include <optional>
#include <utility>

namespace ngcshare {
namespace {

constexpr std::string_view kBlanks = " \t";

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool is_name(std::string_view name) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
         name.find_first_not_of(kLetters) == std::string_view::npos;
}

// Returns the text between the quotes, or nullopt if the closing quote is missing or followed by
// more.
std::optional<std::string> unquoted(std::string_view text) {
  const char quote = text.front();
  std::string value;
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == quote) return i + 1 == text.size() ? std::optional(value) : std::nullopt;
    if (quote == '"' && text[i] == '\\' && i + 1 < text.size()) ++i;
    value += text[i];
  }
  return std::nullopt;
}

class Reader {
 public:
  void read(std::string_view text) {
    while (!text.empty() && file_.problems.size() < EnvFile::kMostProblems) {
      ++line_;
      const size_t end = text.find('\n');
      std::string_view line = text.substr(0, end);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      if (line.ends_with('\r')) line.remove_suffix(1);
      read_line(trimmed(line));
    }
  }

  EnvFile take() { return std::move(file_); }

 private:
  void read_line(std::string_view line) {
    constexpr std::string_view kExport = "export ";
    if (line.empty() || line.front() == '#') return;
    if (line.starts_with(kExport)) line = trimmed(line.substr(kExport.size()));
    const size_t equals = line.find('=');
    const std::string_view name = line.substr(0, equals);
    // The line is not quoted in the error, because it may contain a secret.
    if (equals == std::string_view::npos || !is_name(name)) {
      return complain("not NAME=VALUE, for example NGCSHARE_NICK=gate");
    }
    const std::string_view text = trimmed(line.substr(equals + 1));
    const bool quoted = !text.empty() && (text.front() == '"' || text.front() == '\'');
    const auto value = quoted ? unquoted(text) : std::string(text);
    if (!value) {
      return complain("the value of " + std::string(name) +
                      " begins with a quote and must end with the same one");
    }
    add(std::string(name), *value);
  }

  void add(std::string name, std::string value) {
    const auto [known, is_new] = lines_.try_emplace(name, line_);
    if (!is_new) {
      return complain(name + " is set again; it is already in line " +
                      std::to_string(known->second));
    }
    file_.variables.push_back({std::move(name), std::move(value), line_});
  }

  void complain(const std::string& what) {
    file_.problems.push_back("line " + std::to_string(line_) + ": " + what);
  }

  EnvFile file_;
  size_t line_ = 0;
  std::map<std::string, size_t> lines_;  // the line of each name
};

}  // namespace

EnvFile parse_env_file(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    EnvFile file;
    file.problems.emplace_back("not a text file: it contains null bytes");
    return file;
  }
  Reader reader;
  reader.read(text);
  return reader.take();
}

}  // namespace ngcshare
