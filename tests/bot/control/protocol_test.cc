#include "bot/control/protocol.h"

#include <gtest/gtest.h>

namespace ngcshare {
namespace {

// -- requests ------------------------------------------------------------------------------------

struct AcceptedRequest {
  const char* line;
  ControlRequest request;
};

const AcceptedRequest kAccepted[] = {
    {R"({"version":1,"command":"share web 80"})", CommandLine{"share web 80"}},
    {R"({"command":"services"})", CommandLine{"services"}},
    {R"({"command":""})", CommandLine{""}},
    {R"( { "command" : "a\tb\u00fc" } )", CommandLine{"a\tb\xC3\xBC"}},
    {R"({"command":"a","later":[1,{}]})", CommandLine{"a"}},
    {R"({"version":1,"words":["share","my server","80"]})",
     CommandWords{{"share", "my server", "80"}}},
    {R"({"words":[]})", CommandWords{}},
    {R"({"version":1,"complete":"unsh"})", CompletionOf{"unsh"}},
    {R"({"version":1,"status":true})", StatusQuestion{}},
    {R"({"version":1,"health":"live"})", HealthQuestion{false}},
    {R"({"health":"ready"})", HealthQuestion{true}},
};

TEST(ControlRequest, IsTaken) {
  for (const AcceptedRequest& row : kAccepted) {
    const auto decoded = decode_control_request(row.line);
    const auto* const request = std::get_if<ControlRequest>(&decoded);
    ASSERT_NE(request, nullptr) << row.line << ": " << std::get<ControlRequestError>(decoded).text;
    EXPECT_EQ(*request, row.request) << row.line;
  }
}

struct RejectedRequest {
  std::string_view line;
  const char* said;
};

using namespace std::string_view_literals;

const RejectedRequest kRejected[] = {
    {"", "one JSON object"},
    {"services", "one JSON object"},
    {"\"services\"", "one JSON object"},
    {"[]", "one JSON object"},
    {"null", "one JSON object"},
    {R"({"command":"a")", "one JSON object"},
    {R"({"command":"a"}})", "one JSON object"},
    {R"({"command":"a"} {"command":"b"})", "one JSON object"},
    {"{\"command\":\"\xFF\"}", "one JSON object"},
    {"{\"command\":\"a\0b\"}"sv, "one JSON object"},
    {"\0\0\0\0"sv, "one JSON object"},
    {R"({"version":2,"command":"a"})", "version 1"},
    {R"({"version":"1","command":"a"})", "version 1"},
    {R"({"version":null,"command":"a"})", "version 1"},
    {"{}", "one of"},
    {R"({"version":1})", "one of"},
    {R"({"command":"a","words":["a"]})", "one of"},
    {R"({"command":"a","complete":"a"})", "one of"},
    {R"({"command":"a","health":"live"})", "one of"},
    {R"({"health":"well"})", "live or ready"},
    {R"({"health":null})", "live or ready"},
    {R"({"health":["live"]})", "live or ready"},
    {R"({"command":["a"]})", "strings"},
    {R"({"command":null})", "strings"},
    {R"({"complete":7})", "strings"},
    {R"({"words":"share"})", "list of strings"},
    {R"({"words":["share",80]})", "list of strings"},
    {R"({"words":[["share"]]})", "list of strings"},
    {R"({"words":{"0":"share"}})", "list of strings"},
};

TEST(ControlRequest, IsRefusedWithTheReason) {
  for (const RejectedRequest& row : kRejected) {
    const auto decoded = decode_control_request(row.line);
    const auto* const error = std::get_if<ControlRequestError>(&decoded);
    ASSERT_NE(error, nullptr) << row.line;
    EXPECT_NE(error->text.find(row.said), std::string::npos) << row.line << ": " << error->text;
  }
}

TEST(ControlRequest, MayBeNestedAsDeepAsALineIsLong) {
  const std::string deep(kMaxControlRequestBytes, '[');
  EXPECT_TRUE(std::holds_alternative<ControlRequestError>(decode_control_request(deep)));
}

TEST(ControlRequest, IsReadAsItWasWritten) {
  for (const ControlRequest& request :
       {ControlRequest(CommandLine{"share 'my server' 80\n\"\\"}),
        ControlRequest(CommandWords{{"", " ", "\"", "\xC3\xBC"}}),
        ControlRequest(CompletionOf{"sh"}), ControlRequest(HealthQuestion{false}),
        ControlRequest(HealthQuestion{true})}) {
    const std::string line = encode(request);
    EXPECT_EQ(line.find('\n'), std::string::npos) << line;
    EXPECT_EQ(std::get<ControlRequest>(decode_control_request(line)), request) << line;
  }
}

// -- answers -------------------------------------------------------------------------------------

TEST(ControlAnswer, IsReadAsItWasWritten) {
  for (const ControlAnswer& answer : {ControlAnswer{true, "two\nlines"}, ControlAnswer{false, ""},
                                      ControlAnswer{true, "", {"share", "services"}}}) {
    const std::string line = encode(answer);
    EXPECT_EQ(line.find('\n'), std::string::npos) << line;
    EXPECT_EQ(decode_control_answer(line), answer) << line;
  }
}

TEST(ControlAnswer, HasBytesThatAreNoTextReplaced) {
  EXPECT_EQ(decode_control_answer(encode(ControlAnswer{true, "a\xFF"}))->text, "a\xEF\xBF\xBD");
}

TEST(ControlAnswer, IsCutBetweenCharacters) {
  std::string umlauts = "a";
  while (umlauts.size() < kMaxControlTextBytes + 2) umlauts += "\xC3\xBC";
  for (const size_t skipped : {0U, 1U}) {
    const std::string line = encode(ControlAnswer{true, umlauts.substr(skipped)});
    EXPECT_LE(line.size(), kMaxControlAnswerBytes);
    const auto answer = decode_control_answer(line);
    ASSERT_TRUE(answer);
    EXPECT_LE(answer->text.size(), kMaxControlTextBytes);
    EXPECT_TRUE(answer->text.ends_with("\xC3\xBC\n(cut here)")) << answer->text.substr(260'000);
  }
}

TEST(ControlAnswer, IsBoundedWhateverItSays) {
  const std::string escaped(2 * kMaxControlTextBytes, '\x01');
  EXPECT_LE(encode(ControlAnswer{true, escaped}).size(), kMaxControlAnswerBytes);
  const ControlAnswer many{true, "", std::vector<std::string>(10'000, "word")};
  EXPECT_EQ(decode_control_answer(encode(many))->words.size(), 256U);
}

TEST(ControlAnswer, OfAnotherKindIsNoAnswer) {
  for (const char* line :
       {"", "ok", "[]", "{}", R"({"ok":true})", R"({"text":"a"})", R"({"ok":1,"text":"a"})",
        R"({"ok":true,"text":null})", R"({"ok":true,"text":"a","words":"b"})",
        R"({"ok":true,"text":"a","words":[1]})", R"({"version":2,"ok":true,"text":"a"})"}) {
    EXPECT_FALSE(decode_control_answer(line)) << line;
  }
}

}  // namespace
}  // namespace ngcshare
