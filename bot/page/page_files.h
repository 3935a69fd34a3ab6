// The files of the status page (bot/page), compiled into the program.
#pragma once

#include <span>
#include <string_view>

namespace ngcshare {

// The views stay valid for the life of the program.
struct PageFile {
  std::string_view path;  // as browsers request it: "/" for index.html, otherwise "/page.css"
  std::string_view content_type;
  std::string_view content;
};

std::span<const PageFile> page_files();

}  // namespace ngcshare
