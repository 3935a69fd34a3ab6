#include "tests/support/storage_fixtures.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <utility>

namespace ngcshare::storage {
namespace {

constexpr int kUncaught = 99;
constexpr int kNotPossible = 98;
constexpr int kKindOffset = 1;  // exit status 0: nothing was thrown
constexpr uid_t kNobody = 65534;

bool give_up_rights() {
  if (::geteuid() != 0) return true;
  return ::setgroups(0, nullptr) == 0 && ::setresgid(kNobody, kNobody, kNobody) == 0 &&
         ::setresuid(kNobody, kNobody, kNobody) == 0;
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "ngcshare_storage.XXXXXX").string();
  EXPECT_NE(::mkdtemp(name.data()), nullptr) << name;
  path_ = name;
  EXPECT_EQ(::chmod(path_.c_str(), 0755), 0);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  ::chmod(path_.c_str(), 0755);
  std::filesystem::remove_all(path_, ignored);
}

FileSizeLimit::FileSizeLimit(std::size_t bytes) {
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGXFSZ, &ignore, &signal_before_);
  ::getrlimit(RLIMIT_FSIZE, &before_);
  rlimit limit = before_;
  limit.rlim_cur = bytes;
  EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
}

FileSizeLimit::~FileSizeLimit() {
  ::setrlimit(RLIMIT_FSIZE, &before_);
  ::sigaction(SIGXFSZ, &signal_before_, nullptr);
}

std::optional<StorageError> error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const StorageError& error) {
    return error;
  }
  return std::nullopt;
}

std::optional<StorageError::Kind> kind_of(const std::function<void()>& action) {
  const auto error = error_of(action);
  if (!error) return std::nullopt;
  return error->kind();
}

pid_t start_child(const std::function<void()>& action) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  try {
    action();
  } catch (const std::exception& error) {
    std::cerr << "in the child: " << error.what() << std::endl;
    ::_exit(kUncaught);
  }
  ::_exit(0);
}

int wait_for_child(pid_t child) {
  int status = -1;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return status;
}

int run_child(const std::function<void()>& action) { return wait_for_child(start_child(action)); }

std::uint64_t run_and_kill(std::uint64_t least,
                           const std::function<void(const Acknowledge&)>& work) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe(ends.data()), 0);
  const pid_t child = start_child([&] { work([&] { return ::write(ends[1], "+", 1) == 1; }); });
  ::close(ends[1]);
  std::uint64_t acknowledged = 0;
  char plus = 0;
  while (acknowledged < least && ::read(ends[0], &plus, 1) == 1) ++acknowledged;
  EXPECT_EQ(acknowledged, least) << "the child ended by itself";
  ::kill(child, SIGKILL);
  wait_for_child(child);
  while (::read(ends[0], &plus, 1) == 1) ++acknowledged;
  ::close(ends[0]);
  return acknowledged;
}

WithoutRights kind_without_rights(const std::function<void()>& action) {
  const int status = run_child([&] {
    if (!give_up_rights()) ::_exit(kNotPossible);
    const auto kind = kind_of(action);
    ::_exit(kind ? static_cast<int>(*kind) + kKindOffset : 0);
  });
  EXPECT_TRUE(WIFEXITED(status));
  const int code = WEXITSTATUS(status);
  if (code == kNotPossible) return {.possible = false, .kind = std::nullopt};
  EXPECT_NE(code, kUncaught);
  if (code == 0) return {};
  return {.kind = static_cast<StorageError::Kind>(code - kKindOffset)};
}

std::string content_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.is_open()) << path;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void set_content(const std::filesystem::path& path, std::string_view content) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  EXPECT_TRUE(out.good()) << path;
}

mode_t mode_of(const std::filesystem::path& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777U;
}

std::string pragma_of(const std::filesystem::path& path, std::string_view name) {
  SQLite::Database raw(path.string(), SQLite::OPEN_READWRITE);
  return raw.execAndGet("PRAGMA " + std::string(name)).getString();
}

void execute_raw(const std::filesystem::path& path, const std::string& sql) {
  SQLite::Database raw(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  raw.exec(sql);
}

Key32 key_of(std::uint8_t fill) {
  Key32 key{};
  key.fill(fill);
  return key;
}

GroupRecord sample_group(std::uint8_t fill) {
  return {.chat_id = key_of(fill),
          .name = "friends",
          .password = "open sesame",
          .is_private = true,
          .joined_at = 1700000000};
}

ServiceRecord sample_service(std::string name) {
  ServiceRecord service;
  service.name = std::move(name);
  service.host = "127.0.0.1";
  service.ports = {one_port(25565)};
  service.description = "a game";
  service.health = ServiceHealth::kOff;
  service.created_at = 1700000001;
  service.created_by = key_of(7);
  return service;
}

PortRange one_port(std::uint16_t port) {
  return {.first = port, .last = port, .tcp = true, .udp = false};
}

std::optional<ServiceRecord> unnumbered(std::optional<ServiceRecord> service) {
  if (service) service->id = 0;
  return service;
}

std::vector<ServiceRecord> unnumbered(std::vector<ServiceRecord> services) {
  for (ServiceRecord& service : services) service.id = 0;
  return services;
}

}  // namespace ngcshare::storage
