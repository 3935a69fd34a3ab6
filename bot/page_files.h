// The files of the status page (bot/page), which are part of the program.
#pragma once

#include <span>
#include <string_view>

namespace ngcshare {

// All of it lasts as long as the program.
struct PageFile {
  std::string_view path;  // as a browser asks for it: "/" for index.html, otherwise "/page.css"
  std::string_view content_type;
  std::string_view content;
};

std::span<const PageFile> page_files();

}  // namespace ngcshare
