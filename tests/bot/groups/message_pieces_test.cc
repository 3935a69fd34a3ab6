#include "bot/groups/message_pieces.h"

#include <gtest/gtest.h>

#include <random>

#include "protocol/base/text.h"

namespace ngcshare {
namespace {

using Words = std::vector<std::string>;

struct MessageCase {
  const char* name;
  std::string_view text;
  size_t limit;
  Words pieces;
};

const MessageCase kMessageCases[] = {
    {"empty", "", 10, {}},
    {"short", "hello", 10, {"hello"}},
    {"just the limit", "0123456789", 10, {"0123456789"}},
    {"lines that fit together", "ab\ncd", 10, {"ab\ncd"}},
    {"lines that just fit together", "abcd\nefghi", 10, {"abcd\nefghi"}},
    {"lines that do not fit together", "abcde\nfghij", 10, {"abcde", "fghij"}},
    {"newline at the end", "abc\n", 10, {"abc"}},
    {"empty line between", "ab\n\ncd", 10, {"ab\n\ncd"}},
    {"long line without a space", "0123456789abc", 10, {"0123456789", "abc"}},
    {"long line with a space", "hello wide world", 10, {"hello wide", " world"}},
    {"space in the first half only", "ab cdefghijklm", 10, {"ab cdefghi", "jklm"}},
    {"long line behind a short one", "ab\n0123456789abc", 10, {"ab", "0123456789", "abc"}},
    {"short line behind a long one", "0123456789abc\nd", 10, {"0123456789", "abc\nd"}},
    {"two bytes across the limit", "abc\xC3\xA9", 4, {"abc", "\xC3\xA9"}},
    {"four bytes across the limit", "a\xF0\x9F\x8E\xAE", 4, {"a", "\xF0\x9F\x8E\xAE"}},
};

TEST(SplitMessage, CutsAtLinesThenSpacesThenLetters) {
  for (const MessageCase& row : kMessageCases) {
    EXPECT_EQ(split_message(row.text, row.limit), row.pieces) << row.name;
  }
}

std::string without_newlines(std::string text) {
  std::erase(text, '\n');
  return text;
}

std::string random_text(std::mt19937& random) {
  const Words letters = {"a", "b", " ", "\n", "\xC3\xA9", "\xE6\x97\xA5", "\xF0\x9F\x8E\xAE"};
  std::string text;
  for (size_t length = random() % 200; length > 0; --length) {
    text += letters[random() % letters.size()];
  }
  return text;
}

TEST(SplitMessage, KeepsEveryLetterWholeAndTheLimit) {
  for (uint32_t seed = 0; seed < 2000; ++seed) {
    std::mt19937 random(seed);
    const std::string text = random_text(random);
    const size_t limit = 4 + random() % 40;
    std::string joined;
    for (const std::string& piece : split_message(text, limit)) {
      EXPECT_FALSE(piece.empty()) << "seed " << seed;
      EXPECT_LE(piece.size(), limit) << "seed " << seed;
      EXPECT_TRUE(is_printable_utf8(without_newlines(piece))) << "seed " << seed;
      joined += piece;
    }
    EXPECT_EQ(without_newlines(joined), without_newlines(text)) << "seed " << seed;
  }
}

// A reply quotes an admin's text, and toxcore does not require it to be UTF-8.
TEST(SplitMessage, MakesNoSwarmOfPiecesOfTextThatIsNotUtf8) {
  EXPECT_LE(split_message(std::string(1300, '\x80'), 480).size(), 3U);
  EXPECT_LE(split_message("\"" + std::string(1300, '\xBF') + "\" is no port", 480).size(), 4U);
}

TEST(SplitAnswer, TellsHowMuchIsLeftOut) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += (i > 0 ? "\n" : "") + std::string(60, 'x');
  const auto all = split_answer(text, 64, 100);
  EXPECT_EQ(all.size(), 100U);
  const auto some = split_answer(text, 64, 10);
  ASSERT_EQ(some.size(), 10U);
  EXPECT_EQ(some[8], std::string(60, 'x'));
  EXPECT_EQ(some[9], "… and 91 more lines, too many to tell here");
  for (const auto& piece : some) EXPECT_LE(piece.size(), 64U);
}

}  // namespace
}  // namespace ngcshare
