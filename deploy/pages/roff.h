// Text for man(7).
#pragma once

#include <string>
#include <string_view>

namespace ngcshare::pages::roff {

// As it stands, whatever is in it; on one line.
std::string text(std::string_view raw);
std::string bold(std::string_view raw);
std::string italic(std::string_view raw);

std::string section(std::string_view title);
// A term and what it means.
std::string item(const std::string& term, std::string_view meaning);
// Lines that stay as they are.
std::string example(std::string_view lines);

}  // namespace ngcshare::pages::roff
