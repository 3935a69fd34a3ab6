#include "bot/ctl.h"

#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <sstream>
#include <string>

#include "bot/control_client.h"
#include "bot/exit_codes.h"
#include "bot/log.h"
#include "bot/offline_console.h"
#include "bot/prompt.h"
#include "bot/words.h"

namespace ngcshare {
namespace {

void print_line(std::FILE* to, const std::string& text) {
  std::fputs(text.c_str(), to);
  std::fputc('\n', to);
  std::fflush(to);
}

class Ctl {
 public:
  explicit Ctl(const CtlOptions& options)
      : options_(options),
        client_(options.data_dir),
        completer_(options.data_dir, kCompletionPatience) {}

  int run() {
    if (!options_.words.empty()) return say(CommandWords{options_.words}, "");
    return ::isatty(STDIN_FILENO) != 0 ? run_prompt() : run_script();
  }

  // The gateway; where none runs, its database, which is let go again at once: a gateway may start.
  ControlAnswer ask(const ControlRequest& request) {
    try {
      return client_.ask(request);
    } catch (const NotRunningError&) {
      const auto offline = OfflineConsole::open(options_.data_dir);
      if (offline == nullptr) throw;
      print_line(stderr, "ngcshare: no gateway is running; this is what its database says");
      return offline->ask(request);
    }
  }

 private:
  // Says a command and shows the answer; `where` stands before a refusal.
  int say(const ControlRequest& command, const std::string& where) {
    const ControlAnswer answer = ask(command);
    if (options_.json) {
      print_line(stdout, encode(answer));
    } else if (answer.ok) {
      print_line(stdout, printable_lines(answer.text));
    } else {
      print_line(stderr, "ngcshare: " + where + printable_lines(answer.text));
    }
    return answer.ok ? kExitOk : kExitRefused;
  }

  // Every line is a command, but for empty ones and those that begin with '#'. A refused one does
  // not keep those behind it from being said.
  int run_script() {
    int exit_code = kExitOk;
    std::string line;
    for (size_t number = 1; std::getline(std::cin, line); ++number) {
      const size_t start = line.find_first_not_of(" \t\r");
      if (start == std::string::npos || line[start] == '#') continue;
      if (line.back() == '\r') line.pop_back();
      const int code = say(CommandLine{line}, "line " + std::to_string(number) + ": ");
      if (code != kExitOk) exit_code = code;
    }
    return exit_code;
  }

  int run_prompt() {
    client_.ask(CompletionOf{""});  // whether a gateway is there at all
    Prompt prompt(options_.data_dir, [this](const std::string& line) { return complete(line); });
    while (const auto typed = prompt.read_line()) {
      if (*typed == "exit" || *typed == "quit") break;
      std::istringstream lines(*typed);  // more than one when they were pasted
      for (std::string line; std::getline(lines, line);) say_at_prompt(line);
    }
    return kExitOk;
  }

  void say_at_prompt(const std::string& line) {
    if (line.find_first_not_of(" \t") == std::string::npos) return;
    try {
      say(CommandLine{line}, "");
    } catch (const std::runtime_error& error) {
      print_line(stderr, std::string("ngcshare: ") + error.what());  // it may come back
    }
  }

  std::vector<std::string> complete(const std::string& line) const {
    try {
      return completer_.ask(CompletionOf{line}).words;
    } catch (const std::runtime_error&) {
      return {};
    }
  }

  static constexpr std::chrono::seconds kCompletionPatience{2};

  const CtlOptions& options_;
  const ControlClient client_;
  const ControlClient completer_;
};

}  // namespace

int run_ctl(const CtlOptions& options) {
  start_log("warn", false);
  return Ctl(options).run();
}

}  // namespace ngcshare
