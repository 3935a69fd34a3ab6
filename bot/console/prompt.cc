#include "bot/console/prompt.h"

#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
// These need FILE.
#include <readline/history.h>
#include <readline/readline.h>

#include <sstream>
#include <utility>

#include "bot/base/words.h"
#include "storage/files/atomic_file.h"
#include "storage/files/error.h"

namespace ngcshare {
namespace {

Prompt::Complete complete_line;        // global because readline calls plain functions
std::vector<std::string> suggestions;  // which readline takes one by one

char* copy_for_readline(const std::string& text) { return ::strdup(text.c_str()); }

char* next_suggestion(const char* /*text*/, int state) {
  static size_t next = 0;
  if (state == 0) next = 0;
  return next < suggestions.size() ? copy_for_readline(suggestions[next++]) : nullptr;
}

// Inside quotes readline keeps the quotes itself.
char** attempt_completion(const char* text, int /*start*/, int end) {
  rl_attempted_completion_over = 1;  // no file names
  suggestions = complete_line(std::string(rl_line_buffer, static_cast<size_t>(end)));
  if (rl_completion_quote_character == 0) {
    for (std::string& word : suggestions) word = quote_word(word);
  }
  return rl_completion_matches(text, next_suggestion);
}

int is_escaped(char* line, int index) { return index > 0 && line[index - 1] == '\\' ? 1 : 0; }

// A line ended by Enter, or nullopt for Ctrl-D on an empty line.
struct Typed {
  std::optional<std::string> line;
};
std::optional<Typed> typed;

void take_line(char* line) {
  typed.emplace();
  if (line != nullptr) typed->line = line;
  std::free(line);
  rl_callback_handler_remove();  // no new prompt before the answer
}

volatile std::sig_atomic_t interrupted = 0;
void note_interrupt(int /*signal*/) { interrupted = 1; }

// Ctrl-C discards the line, as in a shell.
void begin_anew_when_interrupted() {
  if (interrupted == 0) return;
  interrupted = 0;
  rl_replace_line("", 1);
  rl_crlf();
  rl_on_new_line();
  rl_redisplay();
}

// Blocks terminal signals during its lifetime, except in wait_for_key(): one that arrives just
// before waiting would otherwise take effect only at the next key.
class HeldSignals {
 public:
  HeldSignals() : interrupt_before_(std::signal(SIGINT, note_interrupt)) {
    sigemptyset(&held_);
    for (const int number : {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP, SIGWINCH}) {
      sigaddset(&held_, number);
    }
    sigprocmask(SIG_BLOCK, &held_, &before_);
  }
  ~HeldSignals() {
    sigprocmask(SIG_SETMASK, &before_, nullptr);
    std::signal(SIGINT, interrupt_before_);
  }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

  // Returns true if there is input, false if a signal came.
  bool wait_for_key() const {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    return ::ppoll(&input, 1, nullptr, &before_) > 0;
  }
  // Lets readline act on a signal that it has caught. It restores the terminal and sends the signal
  // to the process again, so that the signal must be able to get through.
  void act_on_caught() const {
    sigprocmask(SIG_SETMASK, &before_, nullptr);
    rl_check_signals();
    sigprocmask(SIG_BLOCK, &held_, nullptr);
  }

 private:
  void (*interrupt_before_)(int);
  sigset_t held_{};
  sigset_t before_{};
};

// Ctrl-Z stops the program inside act_on_caught(); on resumption the shell has overwritten the
// prompt. Another signal may be caught meanwhile.
void handle_signals(const HeldSignals& signals) {
  do {
    const bool stops = rl_pending_signal() == SIGTSTP;
    signals.act_on_caught();
    if (stops) {
      rl_on_new_line();
      rl_redisplay();
    }
    begin_anew_when_interrupted();
  } while (rl_pending_signal() != 0);
}

std::string whole_history() {
  std::string text;
  for (int i = 0; i < history_length; ++i) {
    const HIST_ENTRY* const entry = history_get(history_base + i);
    if (entry != nullptr) text.append(entry->line).append("\n");
  }
  return text;
}

}  // namespace

Prompt::Prompt(const std::filesystem::path& folder, Complete complete)
    : history_path_(folder / "ctl_history") {
  complete_line = std::move(complete);
  rl_readline_name = "ngcshare";
  rl_persistent_signal_handlers = 1;
  rl_attempted_completion_function = attempt_completion;
  rl_basic_word_break_characters = " \t";
  rl_completer_quote_characters = "\"'";
  rl_char_is_quoted_p = is_escaped;
  // readline asks before a long list, but with the callbacks used here it does not wait for the
  // answer, which becomes part of the line.
  rl_completion_query_items = 0;
  if (::isatty(STDOUT_FILENO) == 0) rl_outstream = stderr;
  using_history();
  stifle_history(kMaxHistoryLines);
  load_history();
}

Prompt::~Prompt() {
  clear_history();
  complete_line = nullptr;
}

std::optional<std::string> Prompt::read_line() {
  typed.reset();
  const HeldSignals signals;
  rl_callback_handler_install("ngcshare> ", take_line);
  while (!typed) {
    if (signals.wait_for_key()) {
      rl_callback_read_char();
    } else {
      handle_signals(signals);
    }
  }
  if (typed->line) {
    remember(*typed->line);
  } else {
    std::fputc('\n', rl_outstream);
  }
  return typed->line;
}

// An unreadable history must not prevent giving commands.
void Prompt::load_history() const {
  try {
    const auto bytes = storage::read_file(history_path_);
    if (!bytes) return;
    std::istringstream lines(std::string(bytes->begin(), bytes->end()));
    for (std::string line; std::getline(lines, line);) {
      if (!line.empty() && line.size() <= kMaxHistoryLineBytes) add_history(line.c_str());
    }
  } catch (const storage::StorageError& error) {
    std::fprintf(stderr, "ngcshare: %s\n", error.what());
  }
}

// Saves the history at once, because the terminal may be closed any time.
void Prompt::remember(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);  // completion adds one
  if (line.empty() || line.front() == ' ' || line.size() > kMaxHistoryLineBytes) return;
  const HIST_ENTRY* const last = history_get(history_base + history_length - 1);
  if (last != nullptr && line == last->line) return;
  add_history(line.c_str());
  if (!keeps_history_) return;
  try {
    const std::string text = whole_history();
    storage::write_file_atomically(history_path_,
                                   {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
  } catch (const storage::StorageError& error) {
    std::fprintf(stderr, "ngcshare: cannot save the history: %s\n", error.what());
    keeps_history_ = false;
  }
}

}  // namespace ngcshare
