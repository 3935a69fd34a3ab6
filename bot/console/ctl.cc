#include "bot/console/ctl.h"

#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <sstream>
#include <string>

#include "bot/base/exit_codes.h"
#include "bot/base/log.h"
#include "bot/base/printable.h"
#include "bot/console/offline_commands.h"
#include "bot/console/prompt.h"
#include "bot/control/client.h"

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

  // Asks the gateway, or its database if no gateway is running. The database is closed again at
  // once, so that a gateway can start.
  ControlAnswer ask(const ControlRequest& request) {
    try {
      return client_.ask(request);
    } catch (const NotRunningError&) {
      const auto offline = OfflineCommands::open(options_.data_dir);
      if (offline == nullptr) throw;
      print_line(
          stderr,
          "ngcshare: no gateway is running; using its database, changes count at the next start");
      return offline->ask(request);
    }
  }

 private:
  // Sends a command and prints the answer; `where` precedes a refusal.
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

  // Sends each line as a command, except empty ones and those that begin with '#'. Continues after
  // a refused one.
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
    client_.ask(CompletionOf{""});  // throws if no gateway is running
    Prompt prompt(options_.data_dir, [this](const std::string& line) { return complete(line); });
    while (const auto typed = prompt.read_line()) {
      if (*typed == "exit" || *typed == "quit") break;
      std::istringstream lines(*typed);  // several if pasted
      for (std::string line; std::getline(lines, line);) say_at_prompt(line);
    }
    return kExitOk;
  }

  void say_at_prompt(const std::string& line) {
    if (line.find_first_not_of(" \t") == std::string::npos) return;
    try {
      say(CommandLine{line}, "");
    } catch (const std::runtime_error& error) {
      // Keep the prompt: the gateway may come back.
      print_line(stderr, std::string("ngcshare: ") + error.what());
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
