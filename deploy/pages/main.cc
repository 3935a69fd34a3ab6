// Writes the files installed beside the program: manual pages, shell completions, and the service's
// configuration file.
//
//   ngcshare_pages FOLDER VERSION DATE
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "deploy/pages/completion.h"
#include "deploy/pages/env_template.h"
#include "deploy/pages/man_page.h"

namespace ngcshare::pages {
namespace {

void write(const std::filesystem::path& path, const std::string& content) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file << content;
  file.close();
  if (!file) throw std::runtime_error("cannot write " + path.string());
}

void write_all(const std::filesystem::path& folder, const Edition& edition) {
  std::filesystem::create_directories(folder);
  const auto scratch = folder / "scratch.db";
  const auto commands = command_table(scratch);
  std::filesystem::remove(scratch);
  write(folder / "man1/ngcshare.1", program_page(edition));
  for (const Subcommand& subcommand : subcommands()) {
    if (!has_page(subcommand)) continue;
    write(folder / "man1" / ("ngcshare-" + std::string(subcommand.name) + ".1"),
          subcommand_page(subcommand, commands, edition));
  }
  write(folder / "completions/ngcshare", bash_completion(commands));
  write(folder / "completions/_ngcshare", zsh_completion(commands));
  write(folder / "completions/ngcshare.fish", fish_completion(commands));
  write(folder / "ngcshare.env", env_template());
}

}  // namespace
}  // namespace ngcshare::pages

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: ngcshare_pages FOLDER VERSION DATE\n", stderr);
    return 2;
  }
  try {
    ngcshare::pages::write_all(argv[1], {argv[2], argv[3]});
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ngcshare_pages: %s\n", error.what());
    return 1;
  }
}
