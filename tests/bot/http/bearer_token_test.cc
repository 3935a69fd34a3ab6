#include "bot/http/bearer_token.h"

#include <gtest/gtest.h>
#include <sodium.h>
#include <sys/stat.h>

#include <fstream>
#include <set>

#include "bot/base/system_entropy.h"
#include "storage/files/error.h"
#include "tests/support/temporary_folder.h"

namespace ngcshare {
namespace {

constexpr std::string_view kText = "0123456789abcdef";

class BearerTokenTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_GE(sodium_init(), 0); }
  std::string file(std::string_view content, mode_t mode = 0600) {
    const std::string path = folder_.file("token", content);
    EXPECT_EQ(::chmod(path.c_str(), mode), 0);
    return path;
  }
  // Returns the error of load(), or "" if it succeeds.
  static std::string load_error(const std::string& path) {
    try {
      BearerToken::load(path);
    } catch (const storage::StorageError& error) {
      return error.what();
    }
    return "";
  }
  std::string created() {
    std::ifstream stream(folder_ / "token");
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  test::TemporaryFolder folder_;
  SystemEntropy entropy_;
};

TEST_F(BearerTokenTest, MatchesItselfAlone) {
  const BearerToken token(kText);
  EXPECT_TRUE(token.matches(kText));
  for (const std::string_view other :
       {std::string_view(""), std::string_view("0123456789abcde"),
        std::string_view("0123456789abcdeF"), std::string_view("0123456789abcdef0"),
        std::string_view("0123456789abcdef\0", 17), std::string_view("0123456789abcdef "),
        std::string_view("1123456789abcdef")}) {
    EXPECT_FALSE(token.matches(other)) << other;
  }
}

TEST_F(BearerTokenTest, IsDrawnLongCleanAndNeverTwice) {
  std::set<std::string> drawn;
  for (int i = 0; i < 20; ++i) {
    const auto path = folder_ / ("token" + std::to_string(i));
    const BearerToken token = BearerToken::load_or_create(path, entropy_);
    const std::string text = BearerToken::read_text(path);
    EXPECT_EQ(text.size(), 32U);
    EXPECT_TRUE(token.matches(text));
    drawn.insert(text);
  }
  EXPECT_EQ(drawn.size(), 20U);
}

TEST_F(BearerTokenTest, RefusesWhatIsTooShortTooLongOrCannotBeSent) {
  for (const std::string& text : {std::string(), std::string(15, 'a'), std::string(1025, 'a'),
                                  std::string("0123456789abcde "), std::string("0123456789abcde\n"),
                                  std::string("0123456789abcde\xC3\xA4")}) {
    EXPECT_THROW(BearerToken{text}, std::invalid_argument) << text;
  }
  EXPECT_NO_THROW(BearerToken{std::string(1024, 'a')});
}

TEST_F(BearerTokenTest, IsReadWithoutItsLineEnd) {
  for (const std::string_view end : {"", "\n", "\r\n", "\n\n"}) {
    EXPECT_TRUE(BearerToken::load(file(std::string(kText) + std::string(end))).matches(kText));
  }
}

TEST_F(BearerTokenTest, IsNotReadFromAFileOfOursThatIsEverybodys) {
  const auto error = [&](mode_t mode) -> std::string {
    try {
      BearerToken::load_or_create(file(kText, mode), entropy_);
    } catch (const storage::StorageError& problem) {
      return problem.what();
    }
    return "";
  };
  for (const mode_t mode : {0600U, 0400U, 0640U, 0440U}) EXPECT_EQ(error(mode), "") << mode;
  for (const mode_t mode : {0644U, 0604U, 0602U, 0620U, 0666U}) {
    EXPECT_NE(error(mode).find("chmod 600"), std::string::npos) << std::oct << mode;
  }
}

// A container's secrets are readable by all.
TEST_F(BearerTokenTest, IsReadFromAFileThatSomebodyElseHasMadeReadable) {
  EXPECT_TRUE(BearerToken::load(file(kText, 0444)).matches(kText));
}

TEST_F(BearerTokenTest, SaysWhatIsWrongWithoutSayingTheToken) {
  EXPECT_NE(load_error(file("tooshort\n")).find("fewer than 16"), std::string::npos);
  EXPECT_EQ(load_error(file("tooshort\n")).find("tooshort"), std::string::npos);
  EXPECT_NE(load_error(file("0123456789 abcdef")).find("other characters"), std::string::npos);
  EXPECT_NE(load_error(folder_ / "missing").find("missing"), std::string::npos);
  EXPECT_NE(load_error(folder_.path()), "");
}

TEST_F(BearerTokenTest, IsCreatedOnceForItsOwnerAlone) {
  const auto path = folder_ / "token";
  const BearerToken first = BearerToken::load_or_create(path, entropy_);
  struct stat found {};
  ASSERT_EQ(::stat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777U, 0600U);
  const std::string text = created();
  ASSERT_EQ(text.size(), 33U);
  EXPECT_TRUE(first.matches(std::string_view(text).substr(0, 32)));
  EXPECT_TRUE(BearerToken::load_or_create(path, entropy_).matches(text.substr(0, 32)));
  EXPECT_EQ(created(), text);
}

TEST_F(BearerTokenTest, DoesNotReplaceABadFile) {
  const std::string path = file("short\n");
  EXPECT_THROW(BearerToken::load_or_create(path, entropy_), storage::StorageError);
  EXPECT_EQ(created(), "short\n");
}

}  // namespace
}  // namespace ngcshare
