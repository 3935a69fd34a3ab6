#include "storage/files/instance_lock.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <optional>
#include <string>
#include <utility>

#include "storage/files/error.h"
#include "tests/support/storage_fixtures.h"

namespace ngcshare::storage {
namespace {

using Kind = StorageError::Kind;

TEST(InstanceLock, HoldsTheFolderUntilItGoes) {
  const TemporaryFolder folder;
  {
    const auto lock = InstanceLock::acquire(folder.path());
    ASSERT_TRUE(lock);
    EXPECT_FALSE(InstanceLock::acquire(folder.path()));
  }
  EXPECT_TRUE(InstanceLock::acquire(folder.path()));
}

TEST(InstanceLock, TellsWhetherItIsHeldWithoutMakingAnything) {
  const TemporaryFolder folder;
  EXPECT_FALSE(InstanceLock::is_held(folder.path()));
  EXPECT_FALSE(std::filesystem::exists(folder / "lock"));
  {
    const auto lock = InstanceLock::acquire(folder.path());
    EXPECT_TRUE(InstanceLock::is_held(folder.path()));
    EXPECT_TRUE(InstanceLock::is_held(folder.path())) << "asking must not take it";
  }
  EXPECT_FALSE(InstanceLock::is_held(folder.path()));
  EXPECT_TRUE(InstanceLock::acquire(folder.path()));
}

TEST(InstanceLock, MovingItKeepsTheFolder) {
  const TemporaryFolder folder;
  auto lock = InstanceLock::acquire(folder.path());
  ASSERT_TRUE(lock);
  std::optional<InstanceLock> moved(std::move(*lock));
  lock.reset();
  EXPECT_FALSE(InstanceLock::acquire(folder.path()));
  moved.reset();
  EXPECT_TRUE(InstanceLock::acquire(folder.path()));
}

TEST(InstanceLock, TwoFoldersAreHeldIndependently) {
  const TemporaryFolder one;
  const TemporaryFolder other;
  const auto lock = InstanceLock::acquire(one.path());
  EXPECT_TRUE(InstanceLock::acquire(other.path()));
}

TEST(InstanceLock, TellsWhichProcessHoldsTheFolder) {
  const TemporaryFolder folder;
  EXPECT_EQ(InstanceLock::holder(folder.path()), std::nullopt);
  const auto lock = InstanceLock::acquire(folder.path());
  EXPECT_EQ(InstanceLock::holder(folder.path()), ::getpid());
  EXPECT_EQ(content_of(folder / "lock"), std::to_string(::getpid()) + "\n");
  EXPECT_EQ(mode_of(folder / "lock"), 0600U);
}

TEST(InstanceLock, AnUnreadableHolderIsAValue) {
  const TemporaryFolder folder;
  for (const char* text : {"", "x", "-5", "0", "99999999999999999999"}) {
    set_content(folder / "lock", text);
    EXPECT_EQ(InstanceLock::holder(folder.path()), std::nullopt) << text;
  }
}

TEST(InstanceLock, AnotherProcessKeepsItUntilItIsKilled) {
  const TemporaryFolder folder;
  std::array<int, 2> ready{};
  ASSERT_EQ(::pipe(ready.data()), 0);
  const pid_t child = start_child([&] {
    const auto lock = InstanceLock::acquire(folder.path());
    const char answer = lock ? 'y' : 'n';
    if (::write(ready[1], &answer, 1) != 1) return;
    while (true) ::pause();
  });
  char answer = 0;
  ASSERT_EQ(::read(ready[0], &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
  EXPECT_FALSE(InstanceLock::acquire(folder.path()));
  EXPECT_EQ(InstanceLock::holder(folder.path()), child);

  ::kill(child, SIGKILL);
  wait_for_child(child);
  EXPECT_TRUE(InstanceLock::acquire(folder.path()));
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST(InstanceLock, SaysWhenTheFolderIsMissingOrNotAFolder) {
  const TemporaryFolder folder;
  set_content(folder / "file", "");
  EXPECT_EQ(kind_of([&] { InstanceLock::acquire(folder / "none"); }), Kind::kUnreadable);
  EXPECT_EQ(kind_of([&] { InstanceLock::acquire(folder / "file"); }), Kind::kUnreadable);
}

}  // namespace
}  // namespace ngcshare::storage
