// A prompt on the terminal, with line editing, history and completion. libreadline keeps its state
// in globals, so there is one prompt at a time.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ngcshare {

class Prompt {
 public:
  // What the last word of the line up to the cursor may become.
  using Complete = std::function<std::vector<std::string>(const std::string& line)>;

  // The history is in FOLDER/ctl_history, mode 0600.
  Prompt(const std::filesystem::path& folder, Complete complete);
  ~Prompt();
  Prompt(const Prompt&) = delete;
  Prompt& operator=(const Prompt&) = delete;

  // nullopt: the user ended the input. A line that begins with a space is not remembered.
  std::optional<std::string> read_line();

 private:
  void load_history() const;
  void remember(std::string line);

  static constexpr int kMaxHistoryLines = 1000;
  static constexpr size_t kMaxHistoryLineBytes = 1024;

  const std::filesystem::path history_path_;
  bool keeps_history_ = true;
};

}  // namespace ngcshare
