// Tests that this program is linked with a safe toxcore, and how it says with which one.
#include "bot/tox/toxcore_copy.h"

#include <gtest/gtest.h>

#include <memory>

#include "bot/tox/node.h"

namespace ngcshare {
namespace {

// A static library gives a program only the files that are used. This uses what the patches change.
std::unique_ptr<ToxNode> (*volatile starts_toxcore)(const ToxConfig&, ToxEvents&) =
    [](const ToxConfig& config, ToxEvents& events) {
      return std::make_unique<ToxNode>(config, events);
    };

TEST(ToxcoreCopy, ThatIsLinkedIsSafe) {
  ASSERT_NE(starts_toxcore, nullptr);
  const ToxcoreCopy copy = linked_toxcore();
  EXPECT_TRUE(copy.is_safe()) << describe(copy) << ": run deploy/toxcore.sh and build again";
}

TEST(ToxcoreCopy, SaysWhetherItIsMended) {
  EXPECT_EQ(describe({.version = "0.2.23", .is_release = true}), "0.2.23");
  EXPECT_EQ(describe({.version = "0.2.22", .is_mended = true}), "0.2.22, mended");
  EXPECT_EQ(describe({.version = "0.2.22"}), "0.2.22, with the fault GHSA-42vg-9mg3-399f");
}

}  // namespace
}  // namespace ngcshare
