// Formats text for man(7).
#pragma once

#include <string>
#include <string_view>

namespace ngcshare::pages::roff {

// Returns `raw` escaped so that it appears literally, on one line.
std::string text(std::string_view raw);
std::string bold(std::string_view raw);
std::string italic(std::string_view raw);

std::string section(std::string_view title);
// Returns a term and its meaning.
std::string item(const std::string& term, std::string_view meaning);
// Returns lines that are not filled.
std::string example(std::string_view lines);

}  // namespace ngcshare::pages::roff
