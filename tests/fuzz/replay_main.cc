// Runs a fuzz target over the files of the folders (or single files) that are named on the command
// line: a fuzzer's corpus as an ordinary test, with any compiler.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

// The file's name goes out first, so that it stands last when the target aborts.
bool replay(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return false;
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  std::printf("%s\n", path.c_str());
  std::fflush(stdout);
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  return true;
}

// Returns the number of files that were run, or -1 if one could not be read.
int replay_all(const std::filesystem::path& root) {
  if (std::filesystem::is_regular_file(root)) return replay(root) ? 1 : -1;
  int count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    if (!replay(entry.path())) return -1;
    ++count;
  }
  return count;
}

}  // namespace

int main(int argc, char** argv) {
  int total = 0;
  for (int i = 1; i < argc; ++i) {
    const int count = replay_all(argv[i]);
    if (count < 0) return 1;
    total += count;
  }
  std::printf("%d inputs\n", total);
  return total > 0 ? 0 : 1;  // an empty corpus tests nothing
}
