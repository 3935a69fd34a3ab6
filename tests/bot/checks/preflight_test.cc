// Tests the checks before a gateway's start, each by itself and all together.
#include "bot/checks/preflight.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/udp.hpp>
#include <map>

#include "bot/base/unix_time.h"
#include "bot/checks/clock.h"
#include "bot/checks/folder.h"
#include "bot/checks/ports.h"
#include "bot/checks/shares.h"
#include "bot/tox/profile_cipher.h"
#include "storage/files/atomic_file.h"
#include "storage/folder/data_folder.h"
#include "storage/stores/audit_store.h"
#include "storage/stores/group_store.h"
#include "tests/bot/options/options_helpers.h"
#include "tests/support/temporary_folder.h"

namespace ngcshare {
namespace {

using test::parse_run;

std::string lines(const std::vector<std::string>& all) {
  std::string text;
  for (const auto& line : all) text += line + "\n";
  return text;
}

void expect_one(const std::vector<std::string>& found, const std::string& said) {
  ASSERT_EQ(found.size(), 1U) << lines(found);
  EXPECT_NE(found[0].find(said), std::string::npos) << found[0];
}

// -- space ---------------------------------------------------------------------------------------

TEST(FreeSpace, IsAProblemWhenHardlyAnyIsLeft) {
  Problems problems;
  check_free_space("/data", kLeastFreeBytes - 1, problems);
  expect_one(problems.errors(), "/data: only ");
  EXPECT_TRUE(problems.warnings().empty());
  EXPECT_EQ(problems.exit_code(), kExitDataFolder);
}

TEST(FreeSpace, IsWarnedOfWhenThereIsLittle) {
  Problems problems;
  check_free_space("/data", kLeastFreeBytes, problems);
  check_free_space("/data", kFewFreeBytes, problems);
  EXPECT_TRUE(problems.empty());
  expect_one(problems.warnings(), "16 MB");
}

// -- the clock -----------------------------------------------------------------------------------

struct ClockCase {
  const char* name;
  int64_t now;
  std::optional<int64_t> newest_audit;
  std::string said;  // empty: no problem
};

constexpr int64_t kDay = 86400;
constexpr int64_t kBuilt = 1000 * kDay;
constexpr int64_t kWritten = 2000 * kDay;

const ClockCase kClocks[] = {
    {"right", 2000 * kDay, {}, ""},
    {"years later", 9000 * kDay, 2000 * kDay, ""},
    {"never set", 0, {}, "this program was built at 1972-09-27 00:00 UTC"},
    {"before the build", 998 * kDay, {}, "1972-09-25 00:00 UTC"},
    {"before the file", 1998 * kDay, {}, "profile.tox was written at 1975-06-24"},
    {"half a day before the file", 2000 * kDay - kDay / 2, {}, ""},
    {"before the latest command", 2001 * kDay, 2003 * kDay, "latest command was given at"},
    {"half a day before it", 2001 * kDay, 2001 * kDay + kDay / 2, ""},
    {"in the year 2100", 4102444800, {}, "2100-01-01 00:00 UTC, which is too far"},
    {"beyond all calendars", INT64_MAX / 2, {}, "too far"},
};

TEST(Clock, IsHeldAgainstWhatIsKnown) {
  const test::TemporaryFolder folder;
  const std::string file = folder.file("profile.tox", "x");
  const timespec written{kWritten, 0};
  const timespec times[2] = {written, written};
  ASSERT_EQ(::utimensat(AT_FDCWD, file.c_str(), times, 0), 0);
  for (const ClockCase& row : kClocks) {
    Problems problems;
    check_clock(row.now, kBuilt, folder.path(), row.newest_audit, problems);
    const std::string found = lines(problems.errors());
    EXPECT_EQ(found.empty(), row.said.empty()) << row.name << ": " << found;
    EXPECT_NE(found.find(row.said), std::string::npos) << row.name << ": " << found;
  }
}

TEST(Clock, OfThisMachineIsRight) {
  Problems problems;
  check_clock(unix_seconds(), build_time(), "/nonexistent", {}, problems);
  EXPECT_TRUE(problems.empty()) << lines(problems.errors());
}

// -- ports ---------------------------------------------------------------------------------------

TEST(Ports, ThatAreTakenAreNamedWithTheirTransport) {
  asio::io_context loop;
  const auto loopback = asio::ip::address_v4::loopback();
  const asio::ip::tcp::acceptor tcp(loop, {loopback, 0});
  const asio::ip::udp::socket udp(loop, {loopback, 0});
  const uint16_t tcp_port = tcp.local_endpoint().port();
  const uint16_t udp_port = udp.local_endpoint().port();
  const auto all = asio::ip::address_v6::any();
  Problems problems;
  check_ports({{"--udp-port", all, udp_port, false},
               {"--tcp-relay-port", all, tcp_port, true},
               {"--http", loopback, tcp_port, true}},
              problems);
  ASSERT_EQ(problems.errors().size(), 3U) << lines(problems.errors());
  const std::string found = lines(problems.errors());
  for (const std::string& said :
       {"--udp-port: udp port " + std::to_string(udp_port) + " is taken",
        "--tcp-relay-port: tcp port " + std::to_string(tcp_port) + " is taken",
        "--http: tcp port " + std::to_string(tcp_port) + " of 127.0.0.1 is taken"}) {
    EXPECT_NE(found.find(said), std::string::npos) << found;
  }
  EXPECT_EQ(problems.exit_code(), kExitPortInUse);
}

TEST(Ports, ThatAreFreeStayFree) {
  asio::io_context loop;
  const auto loopback = asio::ip::address_v4::loopback();
  uint16_t port = 0;
  {
    const asio::ip::tcp::acceptor taken(loop, {loopback, 0});
    port = taken.local_endpoint().port();
  }
  Problems problems;
  for (int i = 0; i < 2; ++i) check_ports({{"--http", loopback, port, true}}, problems);
  EXPECT_TRUE(problems.empty()) << lines(problems.errors());
}

TEST(Ports, OfAnAddressThatIsNotOursAreRefused) {
  Problems problems;
  check_ports({{"--http", asio::ip::make_address("192.0.2.1"), 20000, true}}, problems);
  expect_one(problems.errors(), "no such address");
}

// -- services ------------------------------------------------------------------------------------

struct StoredCase {
  const char* name;
  const char* share;
  storage::ServiceRecord stored;
  std::string said;  // in the warning; empty: no warning
};

storage::ServiceRecord stored(const char* name, const char* host, storage::PortRange ports,
                              bool declared = false) {
  storage::ServiceRecord record{.name = name, .host = host, .ports = {ports}};
  record.declared = declared;
  return record;
}

storage::ServiceRecord in_one_group(storage::ServiceRecord record) {
  record.chat_id.emplace().fill(1);
  return record;
}

const StoredCase kStored[] = {
    {"nothing in common", "web=80", stored("game", "127.0.0.1", {81, 81, true, false}), ""},
    {"of an earlier start", "web=80", stored("web", "127.0.0.1", {81, 81, true, false}, true), ""},
    {"the same by command", "web=80", stored("web", "127.0.0.1", {80, 80, true, false}), ""},
    {"another of that name", "web=80", stored("web", "127.0.0.1", {81, 81, true, false}),
     "web replaces the service of that name"},
    {"the same, in one group alone", "web=80",
     in_one_group(stored("web", "127.0.0.1", {80, 80, true, false})),
     "in one group alone; its rules and limits go with it"},
    {"the same port", "web=80", stored("www", "127.0.0.1", {70, 90, true, false}),
     "web and www, which was shared by a command, use the same port"},
    {"the same port by the other transport", "web=80",
     stored("www", "127.0.0.1", {80, 80, false, true}), ""},
    {"the same port elsewhere", "web=80", stored("www", "localhost", {80, 80, true, false}), ""},
    {"a target that is no longer allowed", "web=80", stored("far", "10.0.0.7", {1, 1, true, false}),
     "far cannot be reached: target 10.0.0.7 is not allowed"},
};

TEST(StoredServices, AreHeldAgainstThoseOfFlags) {
  for (const StoredCase& row : kStored) {
    Problems problems;
    check_against_stored(parse_run({"--share", row.share}), {row.stored}, problems);
    EXPECT_TRUE(problems.empty()) << row.name;
    const std::string found = lines(problems.warnings());
    EXPECT_EQ(found.empty(), row.said.empty()) << row.name << ": " << found;
    EXPECT_NE(found.find(row.said), std::string::npos) << row.name << ": " << found;
  }
}

TEST(TargetNames, ThatNobodyKnowsAreWarnedOf) {
  Problems problems;
  check_target_names(parse_run({"--share", "a=1@localhost", "--share", "b=1@127.0.0.2", "--share",
                                "c=1@nobody.invalid", "--allow-target", "nobody.invalid"}),
                     problems);
  EXPECT_TRUE(problems.empty());
  expect_one(problems.warnings(), "nobody.invalid cannot be resolved here");
}

// -- all checks ----------------------------------------------------------------------------------

class PreflightTest : public testing::Test {
 protected:
  Problems check(test::Arguments flags, int64_t now = unix_seconds()) const {
    flags.insert(flags.end(), {"--data-dir", data_.string()});
    Problems problems;
    check_before_start(parse_run(flags), now, problems);
    return problems;
  }
  void save_profile(const std::string& passphrase) const {
    std::filesystem::create_directories(data_);
    storage::write_file_atomically(data_ / "profile.tox", ProfileCipher(passphrase).seal({1, 2}));
  }

  test::TemporaryFolder folder_;
  const std::filesystem::path data_ = folder_ / "data";
};

TEST_F(PreflightTest, FindsNothingWrongWithANewFolderAndMakesNothing) {
  const Problems problems = check({"--create", "friends"});
  EXPECT_TRUE(problems.empty()) << lines(problems.errors());
  EXPECT_FALSE(std::filesystem::exists(data_));
}

TEST_F(PreflightTest, MissesAGroup) {
  expect_one(check({}).errors(), "there is no group yet");
  { const DataFolder folder(data_); }
  expect_one(check({}).errors(), "there is no group yet");
  save_profile("");
  EXPECT_TRUE(check({}).empty()) << "the profile may hold one";
}

TEST_F(PreflightTest, TellsALostHalfOfTheFolderFromANewStart) {
  save_profile("");
  const Problems lost = check({"--create", "a"});
  expect_one(lost.errors(), "ngcshare.db: is missing or empty");
  EXPECT_EQ(lost.exit_code(), kExitDataFolder);
  EXPECT_TRUE(check({"--create", "a", "--new-start"}).empty());
  folder_.file("data/ngcshare.db", "");
  expect_one(check({"--check", "--create", "a"}).errors(), "ngcshare.db: is missing or empty");
  std::filesystem::remove(data_ / "ngcshare.db");
  std::filesystem::remove(data_ / "profile.tox");
  {
    DataFolder folder(data_);
    EXPECT_TRUE(check({"--create", "a"}).errors().size() == 1U) << "only that it is in use";
    storage::GroupStore(folder.database()).put({storage::Key32{7}, "friends"});
  }
  expect_one(check({}).errors(), "profile.tox: is missing or empty");
  EXPECT_TRUE(check({"--new-start"}).empty());
}

TEST_F(PreflightTest, TakesAGroupForGrantedInALogThatCannotBeRead) {
  { const DataFolder folder(data_); }
  expect_one(check({}).errors(), "there is no group yet");
  storage::write_file_atomically(data_ / "ngcshare.db-wal", std::vector<uint8_t>{1});
  EXPECT_TRUE(check({}).empty());
}

TEST_F(PreflightTest, SeesAGatewayOnTheFolderAndLeavesItsPortsAlone) {
  const DataFolder running(data_);
  asio::io_context loop;
  const asio::ip::udp::socket its(loop, {asio::ip::udp::v4(), 0});
  const Problems problems =
      check({"--create", "a", "--udp-port", std::to_string(its.local_endpoint().port())});
  expect_one(problems.errors(), "in use by another ngcshare (process ");
  EXPECT_EQ(problems.exit_code(), kExitDataFolder);
}

TEST_F(PreflightTest, WantsThePassphraseOfAnEncryptedProfile) {
  { const DataFolder folder(data_); }
  save_profile("right");
  expect_one(check({"--create", "a"}).errors(), "--passphrase-file");
  const std::string wrong = folder_.file("wrong", "wrong");
  const std::string right = folder_.file("right", "right");
  expect_one(check({"--check", "--create", "a", "--passphrase-file", wrong}).errors(),
             "does not open profile.tox");
  EXPECT_TRUE(check({"--check", "--create", "a", "--passphrase-file", right}).empty());
}

TEST_F(PreflightTest, TellsAllAtOnce) {
  storage::write_file_atomically(folder_ / "data", std::vector<uint8_t>{1});
  const Problems problems = check({"--share", "a=80@10.0.0.7", "--share", "b=80@10.0.0.8"}, 0);
  const std::string found = lines(problems.errors());
  EXPECT_EQ(problems.errors().size(), 4U) << found;
  for (const char* said : {"is a file", "10.0.0.7", "10.0.0.8", "the clock says 1970"}) {
    EXPECT_NE(found.find(said), std::string::npos) << said << " in: " << found;
  }
  EXPECT_EQ(problems.exit_code(), kExitUsage);
}

TEST_F(PreflightTest, SeesTheTimeOfTheLatestCommand) {
  {
    DataFolder folder(data_);
    folder.save_profile({1, 2});
    storage::AuditStore(folder.database())
        .append({.at = unix_seconds() + 30 * kDay,
                 .nick = "",
                 .door = "control",
                 .command = "services",
                 .result = "done"});
  }
  expect_one(check({"--create", "a"}).errors(), "latest command");
}

}  // namespace
}  // namespace ngcshare
