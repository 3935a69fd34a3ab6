#include "deploy/pages/roff.h"

#include <sstream>

#include "deploy/pages/completion.h"

namespace ngcshare::pages::roff {

// A line that begins with a dot or quote would be a request.
std::string text(std::string_view raw) {
  std::string safe = replaced(replaced(std::string(raw), "\\", "\\e"), "-", "\\-");
  safe = replaced(safe, "–", "\\(en");
  const bool is_request = safe.starts_with(".") || safe.starts_with("'");
  return is_request ? "\\&" + safe : safe;
}

std::string bold(std::string_view raw) { return "\\fB" + text(raw) + "\\fR"; }
std::string italic(std::string_view raw) { return "\\fI" + text(raw) + "\\fR"; }

std::string section(std::string_view title) { return ".SH " + std::string(title) + "\n"; }

std::string item(const std::string& term, std::string_view meaning) {
  return ".TP\n" + term + "\n" + text(meaning) + "\n";
}

std::string example(std::string_view lines) {
  std::string block = ".PP\n.EX\n";
  std::istringstream stream{std::string(lines)};
  for (std::string line; std::getline(stream, line);) block += text(line) + "\n";
  return block + ".EE\n";
}

}  // namespace ngcshare::pages::roff
