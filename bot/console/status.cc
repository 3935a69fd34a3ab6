#include "bot/console/status.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <csignal>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "bot/base/exit_codes.h"
#include "bot/base/json_text.h"
#include "bot/base/printable.h"
#include "bot/console/status_text.h"
#include "bot/control/client.h"

namespace ngcshare {
namespace {

// Returns text that clears the screen and shows as much as fits.
std::string screenful(const std::string& text) {
  constexpr const char* kClear = "\x1b[H\x1b[2J";
  winsize size{};
  const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0;
  return kClear + (known ? clip(text, size.ws_row - 1U, size.ws_col) : text);
}

class Status {
 public:
  explicit Status(const StatusOptions& options) : options_(options), client_(options.data_dir) {}

  int run() {
    if (!options_.watch) return show() ? kExitOk : kExitFailure;
    signals_.async_wait([this](const asio::error_code&, int) { loop_.stop(); });
    show_again();
    loop_.run();
    return std::ferror(stdout) == 0 ? kExitOk : kExitFailure;
  }

 private:
  bool show() {
    const ControlAnswer answer = client_.ask(StatusQuestion{});
    const auto status = nlohmann::json::parse(answer.text, nullptr, false);
    if (!answer.ok || !status.is_object()) {
      std::fprintf(stderr, "ngcshare: the gateway's answer is not a status: %s\n",
                   printable(answer.text.substr(0, kMostShown)).c_str());
      return false;
    }
    if (options_.json) {
      std::printf("%s\n", to_text(status).c_str());
    } else {
      const std::string text = describe_status(status);
      std::printf("%s", options_.watch ? screenful(text).c_str() : text.c_str());
    }
    std::fflush(stdout);
    return true;
  }

  void show_again() {
    show();
    if (std::ferror(stdout) != 0) return loop_.stop();  // nobody reads it
    timer_.expires_after(kInterval);
    timer_.async_wait([this](const asio::error_code& error) {
      if (!error) show_again();
    });
  }

  static constexpr std::chrono::seconds kInterval{2};
  static constexpr size_t kMostShown = 200;  // bytes of an answer that is not a status

  const StatusOptions& options_;
  const ControlClient client_;
  asio::io_context loop_{1};
  asio::signal_set signals_{loop_, SIGINT, SIGTERM};
  asio::steady_timer timer_{loop_};
};

}  // namespace

int run_status(const StatusOptions& options) { return Status(options).run(); }

}  // namespace ngcshare
