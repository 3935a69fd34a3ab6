// A child process on a pseudo terminal of its own: the test types keys and waits for output.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <utility>

namespace ngcshare::test {

class TerminalChild {
 public:
  // Runs `program` in a child of which the terminal is standard input, output and error. The child
  // ends with 0 when it returns.
  explicit TerminalChild(const std::function<void()>& program) {
    std::fflush(nullptr);  // the child must not write the parent's buffers a second time
    std::array<int, 2> life{};
    EXPECT_EQ(::pipe2(life.data(), O_CLOEXEC), 0);
    winsize size{24, 80, 0, 0};
    pid_ = ::forkpty(&master_, nullptr, nullptr, &size);
    if (pid_ != 0) {
      ::close(life[1]);
      life_ = life[0];
      return;
    }
    take_all_signals();
    program();
    std::fflush(nullptr);
    ::_exit(0);
  }
  ~TerminalChild() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
    hang_up();
    ::close(life_);
  }
  TerminalChild(const TerminalChild&) = delete;
  TerminalChild& operator=(const TerminalChild&) = delete;

  void type(const std::string& keys) const {
    EXPECT_EQ(::write(master_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
  }
  // Waits until `text` is shown after everything waited for so far. Returns false, and fails the
  // test, if the child ends or says something else for too long.
  bool shows(const std::string& text) {
    const auto give_up = std::chrono::steady_clock::now() + kPatience;
    while (true) {
      const size_t at = shown_.find(text, seen_);
      if (at != std::string::npos) {
        seen_ = at + text.size();
        return true;
      }
      if (!read_some(give_up)) break;
    }
    ADD_FAILURE() << "not shown: \"" << text << "\", but \"" << shown_.substr(seen_) << '"';
    return false;
  }
  // Waits for the child's end. Returns its exit code, or the negative number of the signal that
  // ended it.
  int end() {
    const auto give_up = std::chrono::steady_clock::now() + kPatience;
    while (master_ >= 0 && read_some(give_up)) {
    }
    if (!is_readable(life_, give_up)) {
      ADD_FAILURE() << "the child does not end";
      ::kill(pid_, SIGKILL);
    }
    int status = 0;
    EXPECT_GT(::waitpid(std::exchange(pid_, -1), &status, 0), 0);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
  }
  void hang_up() {
    if (master_ >= 0) ::close(std::exchange(master_, -1));
  }
  void send(int signal) const { EXPECT_EQ(::kill(pid_, signal), 0); }

  // Returns everything shown so far, without control sequences.
  const std::string& shown() const { return shown_; }
  // Returns true if the terminal collects lines and echoes, as before a program with line editing.
  bool is_cooked() const {
    termios settings{};
    EXPECT_EQ(::tcgetattr(master_, &settings), 0);
    return (settings.c_lflag & ICANON) != 0 && (settings.c_lflag & ECHO) != 0;
  }

 private:
  static constexpr std::chrono::seconds kPatience{20};

  // Undoes inherited settings: nohup and a shell's "&" ignore some signals.
  static void take_all_signals() {
    for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH}) {
      ::signal(number, SIG_DFL);
    }
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
  }
  static bool is_readable(int descriptor, std::chrono::steady_clock::time_point give_up) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        give_up - std::chrono::steady_clock::now());
    pollfd wanted{descriptor, POLLIN, 0};
    return left.count() > 0 && ::poll(&wanted, 1, static_cast<int>(left.count())) > 0;
  }
  // Returns false at the child's end and when there is nothing until `give_up`.
  bool read_some(std::chrono::steady_clock::time_point give_up) {
    if (!is_readable(master_, give_up)) return false;
    std::array<char, 4096> bytes;
    const ssize_t size = ::read(master_, bytes.data(), bytes.size());
    for (ssize_t i = 0; i < size; ++i) show(bytes.at(static_cast<size_t>(i)));
    return size > 0;
  }
  // Leaves out sequences "ESC [ … letter", carriage returns and bells.
  void show(char byte) {
    if (byte == '\x1b') {
      in_sequence_ = true;
    } else if (in_sequence_) {
      in_sequence_ = std::isalpha(static_cast<unsigned char>(byte)) == 0;
    } else if (byte != '\r' && byte != '\a') {
      shown_ += byte;
    }
  }

  pid_t pid_ = -1;
  int master_ = -1;
  int life_ = -1;  // a pipe that hangs up when the child has ended
  std::string shown_;
  size_t seen_ = 0;
  bool in_sequence_ = false;
};

}  // namespace ngcshare::test
