#include "bot/control/client.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <asio/write.hpp>
#include <future>

#include "tests/bot/control/control_rig.h"

namespace ngcshare {
namespace {

using test::ControlRig;

// Asks in another thread while the server's loop runs in this one.
ControlAnswer ask(ControlRig& rig, const std::filesystem::path& folder, const std::string& line) {
  auto answer =
      std::async(std::launch::async, [&] { return ControlClient(folder).ask(CommandLine{line}); });
  rig.run_until(
      [&] { return answer.wait_for(std::chrono::seconds(0)) == std::future_status::ready; });
  return answer.get();
}

// Returns the error text of asking; empty if there is an answer.
template <typename Error>
std::string failure(const std::filesystem::path& folder,
                    std::chrono::milliseconds patience = ControlClient::kPatience) {
  try {
    ControlClient(folder, patience).ask(CommandLine{"services"});
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(ControlClient, GetsAnswersAgainAndAgain) {
  ControlRig rig;
  rig.start();
  EXPECT_EQ(ask(rig, rig.folder.path(), "one"), (ControlAnswer{true, "one"}));
  rig.server.reset();
  rig.start();
  EXPECT_EQ(ask(rig, rig.folder.path(), "two\nlines"), (ControlAnswer{true, "two\nlines"}));
}

TEST(ControlClient, GetsALongAnswer) {
  ControlRig rig;
  const std::string text(kMaxControlTextBytes, '\1');
  rig.start([&](const ControlRequest&) { return ControlAnswer{true, text}; });
  EXPECT_EQ(ask(rig, rig.folder.path(), "much").text, text);
}

TEST(ControlClient, IsToldARefusalAtTheDoor) {
  ControlRig rig;
  rig.start(test::echo, {0});
  const ControlAnswer answer = ask(rig, rig.folder.path(), "one");
  EXPECT_FALSE(answer.ok);
  EXPECT_NE(answer.text.find("too many"), std::string::npos) << answer.text;
}

TEST(ControlClient, DoesNotSendWhatIsTooLong) {
  EXPECT_FALSE(ControlClient("/nonexistent").ask(CommandLine{std::string(17'000, 'a')}).ok);
}

TEST(ControlClient, ReachesASocketWhosePathIsTooLongForAnAddress) {
  ControlRig rig;
  const auto deep = rig.folder / std::string(120, 'a') / std::string(120, 'b');
  std::filesystem::create_directories(deep);
  rig.server.emplace(rig.loop, deep, test::echo);
  EXPECT_TRUE(std::filesystem::is_socket(deep / "control.sock"));
  EXPECT_EQ(ask(rig, deep, "one"), (ControlAnswer{true, "one"}));
  rig.server.reset();
  EXPECT_TRUE(std::filesystem::is_empty(deep));
  EXPECT_NE(failure<NotRunningError>(deep), "");
}

TEST(ControlClient, SaysWhenNoGatewayRunsAndWhatToDo) {
  ControlRig rig;
  rig.start();
  rig.server.reset();
  asio::local::stream_protocol::acceptor(rig.loop, (rig.folder / "control.sock").string()).close();
  for (const auto& folder : {rig.folder.path(), rig.folder / "missing"}) {
    const std::string text = failure<NotRunningError>(folder);
    EXPECT_NE(text.find("no gateway is running on " + folder.string()), std::string::npos) << text;
    EXPECT_NE(text.find("--data-dir"), std::string::npos) << text;
  }
}

TEST(ControlClient, GivesUpOnAGatewayThatSaysNothing) {
  ControlRig rig;
  const asio::local::stream_protocol::acceptor deaf(rig.loop,
                                                    (rig.folder / "control.sock").string());
  const std::string text = failure<ControlError>(rig.folder.path(), std::chrono::milliseconds(20));
  EXPECT_NE(text.find("gave no answer"), std::string::npos) << text;
}

TEST(ControlClient, SaysWhenTheAnswerIsNone) {
  for (const char* said : {"", "half", "hello\n", "{\"version\":2,\"ok\":true,\"text\":\"\"}\n"}) {
    ControlRig rig;
    asio::local::stream_protocol::acceptor other(rig.loop, (rig.folder / "control.sock").string());
    auto error =
        std::async(std::launch::async, [&] { return failure<ControlError>(rig.folder.path()); });
    {
      auto socket = other.accept();
      char request[100];
      socket.read_some(asio::buffer(request));
      asio::write(socket, asio::buffer(std::string_view(said)));
    }
    EXPECT_NE(error.get(), "") << said;
  }
}

}  // namespace
}  // namespace ngcshare
