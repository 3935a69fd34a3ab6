// The page that is in the program is the one in bot/page.
#include "bot/page/page_files.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

namespace ngcshare {
namespace {

std::map<std::string, std::string> files_on_disk() {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(NGCSHARE_PAGE_FOLDER)) {
    const std::string name = entry.path().filename().string();
    if (name == "CMakeLists.txt" || name.ends_with(".h")) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    files["/" + (name == "index.html" ? "" : name)] =
        std::string(std::istreambuf_iterator<char>(file), {});
  }
  return files;
}

TEST(PageFiles, HoldEveryFileOfTheFolderByteForByte) {
  std::map<std::string, std::string> held;
  for (const PageFile& file : page_files()) held[std::string(file.path)] = file.content;
  const auto wanted = files_on_disk();
  ASSERT_FALSE(wanted.empty());
  ASSERT_EQ(held.size(), page_files().size());
  EXPECT_EQ(held, wanted);
}

TEST(PageFiles, SayWhatTheyAre) {
  const std::map<std::string, std::string> types = {{"/", "text/html; charset=utf-8"},
                                                    {"/page.css", "text/css; charset=utf-8"},
                                                    {"/page.js", "text/javascript; charset=utf-8"},
                                                    {"/icon.svg", "image/svg+xml"}};
  size_t found = 0;
  for (const PageFile& file : page_files()) {
    const auto type = types.find(std::string(file.path));
    if (type == types.end()) continue;
    ++found;
    EXPECT_EQ(file.content_type, type->second);
  }
  EXPECT_EQ(found, types.size());
}

// The Content-Security-Policy makes a browser refuse foreign files and inline scripts.
TEST(PageFiles, NameNoOtherHost) {
  for (const PageFile& file : page_files()) {
    std::string text(file.content);
    const std::string name_space = "http://www.w3.org/2000/svg";  // a name, which nothing loads
    for (size_t at = text.find(name_space); at != std::string::npos; at = text.find(name_space)) {
      text.erase(at, name_space.size());
    }
    EXPECT_EQ(text.find("://"), std::string::npos) << file.path;
  }
}

}  // namespace
}  // namespace ngcshare
