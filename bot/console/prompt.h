// A prompt on the terminal, with line editing, history and completion. REQUIRES: one prompt at a
// time, because libreadline keeps its state in globals.
//
// Uses readline's callbacks and blocks signals except while it waits for a key, because readline()
// notices a Ctrl-C that arrives while it draws only at the next key.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ngcshare {

class Prompt {
 public:
  // Returns the possible completions of the line's last word, up to the cursor.
  using Complete = std::function<std::vector<std::string>(const std::string& line)>;

  // Keeps the history in FOLDER/ctl_history, mode 0600.
  Prompt(const std::filesystem::path& folder, Complete complete);
  ~Prompt();
  Prompt(const Prompt&) = delete;
  Prompt& operator=(const Prompt&) = delete;

  // Returns a line, or nullopt if the user ended the input. A line that begins with a space is not
  // added to the history.
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
