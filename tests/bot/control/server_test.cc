#include "bot/control/server.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <list>
#include <thread>

#include "storage/files/error.h"
#include "tests/bot/control/control_rig.h"

namespace ngcshare {
namespace {

using test::ControlProgram;
using test::ControlRig;

class ControlServerTest : public testing::Test {
 protected:
  std::filesystem::path path() const { return rig_.folder / "control.sock"; }
  mode_t mode() const {
    struct stat found {};
    EXPECT_EQ(::lstat(path().c_str(), &found), 0);
    return found.st_mode;
  }
  // Returns the StorageError's message; empty if the server started.
  std::string start_error() {
    try {
      rig_.start();
    } catch (const storage::StorageError& error) {
      return error.what();
    }
    return "";
  }

  ControlRig rig_;
};

// -- requests and answers ------------------------------------------------------------------------

TEST_F(ControlServerTest, AnswersOneRequestAfterTheOther) {
  rig_.start();
  ControlProgram program(rig_);
  program.write("{\"command\":\"one\"}\n");
  EXPECT_EQ(program.answer(), (ControlAnswer{true, "one"}));
  program.write("{\"command\":\"two\"}\n{\"command\":\"three\"}\n{\"comm");
  EXPECT_EQ(program.answer(), (ControlAnswer{true, "two"}));
  EXPECT_EQ(program.answer(), (ControlAnswer{true, "three"}));
  program.write("and\":\"four\"}\n");
  EXPECT_EQ(program.answer(), (ControlAnswer{true, "four"}));
}

TEST_F(ControlServerTest, AnswersWhatIsNoRequestAndGoesOn) {
  rig_.start();
  ControlProgram program(rig_);
  for (const std::string_view line :
       {std::string_view("hello"), std::string_view(""), std::string_view("{}"),
        std::string_view("{\"command\":7}"), std::string_view("\xFF\xFE"),
        std::string_view("\0\0", 2), std::string_view("{\"command\":\"a\"\r")}) {
    program.write(line);
    program.write("\n");
    const auto answer = program.answer();
    ASSERT_TRUE(answer) << line;
    EXPECT_FALSE(answer->ok) << line;
    EXPECT_NE(answer->text, "") << line;
  }
  program.write("{\"command\":\"one\"}\n");
  EXPECT_EQ(program.answer(), (ControlAnswer{true, "one"}));
}

TEST_F(ControlServerTest, TakesTheLongestLineButNoneThatIsLonger) {
  rig_.start();
  const std::string frame = R"({"command":""})";
  for (const size_t excess : {0U, 1U, 40'000U}) {
    ControlProgram program(rig_);
    const std::string text(kMaxControlRequestBytes - frame.size() + excess, 'a');
    program.write("{\"command\":\"" + text + "\"}\n");
    const auto answer = program.answer();
    ASSERT_TRUE(answer) << excess;
    EXPECT_EQ(answer->ok, excess == 0) << excess;
    EXPECT_TRUE(excess == 0 || program.ended()) << excess;
  }
}

TEST_F(ControlServerTest, HasAnAnswerTakenBeforeItReadsOn) {
  int asked = 0;
  rig_.start([&](const ControlRequest&) {
    ++asked;
    return ControlAnswer{true, std::string(kMaxControlTextBytes, 'a')};
  });
  ControlProgram program(rig_);
  for (int i = 0; i < 50; ++i) program.write("{\"command\":\"much\"}\n");
  rig_.run_until([&] { return asked > 0; });
  for (int i = 0; i < 100; ++i) rig_.loop.poll();
  EXPECT_LE(asked, 2);  // the kernel may have taken the first one
  for (int i = 0; i < 50; ++i) {
    const auto answer = program.answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->text.size(), kMaxControlTextBytes);
  }
}

// -- limits --------------------------------------------------------------------------------------

TEST_F(ControlServerTest, EndsAConnectionWithHalfALine) {
  rig_.start(test::echo, {8, std::chrono::milliseconds(20)});
  ControlProgram program(rig_);
  program.write("{\"comm");
  EXPECT_TRUE(program.ended());
}

TEST_F(ControlServerTest, EndsAConnectionThatTakesNoAnswer) {
  rig_.start(
      [](const ControlRequest& request) {
        const bool much = std::get<CommandLine>(request).line == "much";
        return ControlAnswer{true, much ? std::string(kMaxControlTextBytes, '\1') : "little"};
      },
      {1, std::chrono::milliseconds(20)});
  ControlProgram program(rig_);
  program.write("{\"command\":\"much\"}\n");
  rig_.loop.run_one();
  EXPECT_TRUE(rig_.run_until([&] {  // there is room for one, so the first has gone
    ControlProgram other(rig_);
    other.write("{\"command\":\"one\"}\n");
    return other.answer() == ControlAnswer{true, "little"};
  }));
  EXPECT_EQ(program.line(), "");
}

TEST_F(ControlServerTest, TakesEightConnectionsAndTellsTheNinth) {
  rig_.start();
  std::list<ControlProgram> programs;
  for (int i = 0; i < 8; ++i) {
    auto& program = programs.emplace_back(rig_);
    program.write("{\"command\":\"one\"}\n");
    EXPECT_EQ(program.answer(), (ControlAnswer{true, "one"})) << i;
  }
  ControlProgram ninth(rig_);
  const auto answer = ninth.answer();
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->ok);
  EXPECT_NE(answer->text.find("too many"), std::string::npos) << answer->text;
  EXPECT_TRUE(ninth.ended());
  programs.pop_front();
  EXPECT_TRUE(rig_.run_until([&] {
    ControlProgram again(rig_);
    again.write("{\"command\":\"one\"}\n");
    return again.answer()->ok;
  }));
}

TEST_F(ControlServerTest, SurvivesProgramsThatLeaveWithoutReading) {
  rig_.start();
  for (int i = 0; i < 100; ++i) {
    ControlProgram program(rig_);
    program.write("{\"command\":\"one\"}\n{\"command\":\"two\"}\n{");
    program.close();
    rig_.loop.poll();
  }
  ControlProgram program(rig_);
  program.write("{\"command\":\"one\"}\n");
  EXPECT_EQ(program.answer(), (ControlAnswer{true, "one"}));
}

TEST_F(ControlServerTest, EndsItsConnectionsWithItself) {
  rig_.start();
  ControlProgram program(rig_);
  program.write("{\"command\":\"one\"}\n{");
  EXPECT_TRUE(program.answer());
  rig_.server.reset();
  EXPECT_TRUE(program.ended());
  rig_.loop.poll();
}

// -- permissions ---------------------------------------------------------------------------------

TEST_F(ControlServerTest, RefusesAnotherUser) {
  constexpr uid_t kSomebody = 65534;
  const bool is_root = ::geteuid() == 0;
  rig_.start(test::echo, {8, std::chrono::seconds(30), is_root ? 0 : ::geteuid() + 1});
  std::optional<ControlProgram> program;
  // Opens the modes of file and folder, so that only the check of the user is left. The system call
  // changes the user of one thread only.
  ::chmod(path().c_str(), 0666);
  ::chmod(rig_.folder.path().c_str(), 0755);
  std::thread([&] {
    if (is_root) ::syscall(SYS_setresuid, -1, kSomebody, -1);
    program.emplace(rig_);
  }).join();
  program->write("{\"command\":\"one\"}\n");
  const auto answer = program->answer();
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->ok);
  EXPECT_NE(answer->text.find("own user"), std::string::npos) << answer->text;
  EXPECT_TRUE(program->ended());
}

// -- the file ------------------------------------------------------------------------------------

TEST_F(ControlServerTest, IsForItsOwnerAloneWhateverTheUmask) {
  const mode_t before = ::umask(0);
  rig_.start();
  ::umask(before);
  EXPECT_EQ(mode(), S_IFSOCK | 0600U);
}

TEST_F(ControlServerTest, RemovesItsFileAtTheEnd) {
  rig_.start();
  rig_.server.reset();
  EXPECT_FALSE(std::filesystem::exists(std::filesystem::symlink_status(path())));
}

TEST_F(ControlServerTest, ReplacesTheSocketOfADeadOneWhateverItsMode) {
  for (const mode_t stale : {0777U, 0600U, 0000U}) {
    rig_.server.reset();
    asio::local::stream_protocol::acceptor dead(rig_.loop, path().string());
    dead.close();
    ::chmod(path().c_str(), stale);
    rig_.start();
    EXPECT_EQ(mode(), S_IFSOCK | 0600U);
    ControlProgram program(rig_);
    program.write("{\"command\":\"one\"}\n");
    EXPECT_EQ(program.answer(), (ControlAnswer{true, "one"}));
  }
}

TEST_F(ControlServerTest, LeavesAloneWhatIsNoSocket) {
  rig_.folder.file("control.sock", "somebody's");
  EXPECT_NE(start_error().find("control.sock: is not a socket"), std::string::npos);
  EXPECT_TRUE(std::filesystem::is_regular_file(path()));
  std::filesystem::remove(path());
  std::filesystem::create_directory(path());
  EXPECT_NE(start_error(), "");
  EXPECT_TRUE(std::filesystem::is_directory(path()));
  std::filesystem::remove(path());
  std::filesystem::create_symlink("/etc/passwd", path());
  EXPECT_NE(start_error(), "");
  EXPECT_TRUE(std::filesystem::is_symlink(path()));
}

TEST_F(ControlServerTest, SaysWhenThereIsNoFolder) {
  const std::string missing = rig_.folder / "missing";
  try {
    const ControlServer server(rig_.loop, missing, test::echo);
    FAIL();
  } catch (const storage::StorageError& error) {
    EXPECT_NE(std::string(error.what()).find(missing), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace ngcshare
