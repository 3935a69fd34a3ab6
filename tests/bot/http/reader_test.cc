#include "bot/http/reader.h"

#include <gtest/gtest.h>

#include <string>

namespace ngcshare {
namespace {

using State = HttpReader::State;
using Method = HttpRequest::Method;

const HttpLimits kLimits;

std::string get(const std::string& headers) { return "GET / HTTP/1.1\r\n" + headers + "\r\n"; }
std::string post(const std::string& headers, const std::string& body = "") {
  return "POST / HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n" + body;
}

// Returns the only request in the bytes.
HttpReader::Taken read_one(std::string_view bytes) {
  HttpReader reader(kLimits);
  reader.feed(bytes);
  EXPECT_EQ(reader.state(), State::kComplete) << bytes << " " << reader.refusal();
  if (reader.state() != State::kComplete) return {};
  auto taken = reader.take();
  EXPECT_EQ(reader.state(), State::kEmpty) << bytes;
  return taken;
}

// Returns the status with which the bytes are refused, 0 for a request, -1 if it is incomplete.
int status_of(std::string_view bytes) {
  HttpReader reader(kLimits);
  reader.feed(bytes);
  if (reader.state() == State::kRefused) return reader.refusal();
  return reader.state() == State::kComplete ? 0 : -1;
}

TEST(HttpReader, MakesARequestOfItsBytes) {
  const auto [request, keep_alive] = read_one(
      "POST /api/x?y=1 HTTP/1.1\r\nHost: h:80\r\nAuthorization: bearer  secret\r\n"
      "Content-Type: application/json\r\nOrigin: http://h:80\r\nSec-Fetch-Site: same-origin\r\n"
      "Content-Length: 5\r\nX-Other: 1\r\nX-Other: 2\r\n\r\nhello");
  EXPECT_EQ(request.method, Method::kPost);
  EXPECT_EQ(request.path, "/api/x");
  EXPECT_EQ(request.host, "h:80");
  EXPECT_EQ(request.bearer, "secret");
  EXPECT_EQ(request.content_type, "application/json");
  EXPECT_EQ(request.origin, "http://h:80");
  EXPECT_EQ(request.fetch_site, "same-origin");
  EXPECT_EQ(request.body, "hello");
  EXPECT_TRUE(keep_alive);
}

TEST(HttpReader, TakesWhatIsUnusualButRight) {
  EXPECT_EQ(read_one("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n").request.method, Method::kHead);
  EXPECT_EQ(read_one("\r\nGET /x HTTP/1.1\r\nHost: h\r\n\r\n").request.path, "/x");
  EXPECT_EQ(read_one("GET http://other:8/x HTTP/1.1\r\nHost: h\r\n\r\n").request.host, "other:8");
  EXPECT_EQ(read_one(get("Host:h\r\n")).request.host, "h");
  EXPECT_EQ(read_one(get("host: \t h \t\r\n")).request.host, "h");
  EXPECT_EQ(read_one(post("")).request.body, "");
  EXPECT_EQ(read_one(get("Host: h\r\nContent-Length: 0\r\n")).request.body, "");
  EXPECT_EQ(
      read_one(post("Content-Length: 4\r\n", std::string("\0\r\n\xFF", 4))).request.body.size(),
      4U);
}

TEST(HttpReader, KnowsWhenTheConnectionEnds) {
  EXPECT_TRUE(read_one(get("Host: h\r\nConnection: keep-alive\r\n")).keep_alive);
  EXPECT_FALSE(read_one(get("Host: h\r\nConnection: close\r\n")).keep_alive);
  EXPECT_FALSE(read_one("GET / HTTP/1.0\r\n\r\n").keep_alive);
  EXPECT_FALSE(read_one("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").keep_alive);
}

TEST(HttpReader, TakesNoCredentialButABearer) {
  const struct {
    std::string header;
    std::string_view bearer;
  } cases[] = {
      {"Bearer abc", "abc"},    {"BEARER abc", "abc"},
      {"Bearer  abc", "abc"},   {"Bearer", ""},
      {"Bearer ", ""},          {"Bearerabc", ""},
      {"Basic abc", ""},        {"abc", ""},
      {"Token Bearer abc", ""}, {"", ""},
      {"Bearer a b", "a b"},
  };
  for (const auto& row : cases) {
    const auto taken = read_one(get("Host: h\r\nAuthorization: " + row.header + "\r\n"));
    EXPECT_EQ(taken.request.bearer, row.bearer) << row.header;
  }
  EXPECT_EQ(read_one(get("Host: h\r\n")).request.bearer, "");
}

TEST(HttpReader, RefusesWhatIsMalformed) {
  const struct {
    const char* name;
    std::string bytes;
    int status;
  } cases[] = {
      {"TLS", std::string("\x16\x03\x01\x02\x00\x01", 6), 400},
      {"no words", "\r\n\r\n\r\n", 400},
      {"one word", "GET\r\n\r\n", 400},
      {"two words", "GET /\r\n\r\n", 400},
      {"four words", "GET / x HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"two spaces", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"space first", " GET / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"tab between", "GET\t/ HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"method of others", "G@T / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"zero in the target", std::string("GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n", 29), 400},
      {"escaped zero", "GET /%00 HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"bad escape", "GET /%x HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"star", "GET * HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"authority", "GET h:80 HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"another scheme", "GET ftp://h/ HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"no version", "GET / HTTP\r\nHost: h\r\n\r\n", 400},
      {"another protocol", "GET / SIP/2.0\r\nHost: h\r\n\r\n", 400},
      {"version in words", "GET / HTTP/one\r\nHost: h\r\n\r\n", 400},
      {"space behind", "GET / HTTP/1.1 \r\nHost: h\r\n\r\n", 400},
      {"version 2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"version 1.2", "GET / HTTP/1.2\r\nHost: h\r\n\r\n", 505},
      {"version 0.9", "GET / HTTP/0.9\r\nHost: h\r\n\r\n", 505},
      {"no host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"empty host", get("Host:\r\n"), 400},
      {"two hosts", get("Host: h\r\nHost: h\r\n"), 400},
      {"two hosts in one", get("Host: a, b\r\n"), 400},
      {"host with a user", get("Host: u@h\r\n"), 400},
      {"host with a path", get("Host: h/x\r\n"), 400},
      {"bare LF", "GET / HTTP/1.1\nHost: h\n\n", 400},
      {"bare LF later", "GET / HTTP/1.1\r\nHost: h\nX: y\r\n\r\n", 400},
      {"bare CR", "GET / HTTP/1.1\r\nHost: h\rX: y\r\n\r\n", 400},
      {"folded", get("Host: h\r\nX: a\r\n b\r\n"), 400},
      {"folded by a tab", get("Host: h\r\nX: a\r\n\tb\r\n"), 400},
      {"space before the first header", get(" Host: h\r\n"), 400},
      {"space before the colon", get("Host : h\r\n"), 400},
      {"no colon", get("Host: h\r\nX\r\n"), 400},
      {"no name", get("Host: h\r\n: x\r\n"), 400},
      {"zero in a header", get(std::string("Host: h\r\nX: \0\r\n", 15)), 400},
      {"escape in a header", get("Host: h\r\nX: \x1B[0m\r\n"), 400},
      {"two tokens", get("Host: h\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n"), 400},
      {"two types", post("Content-Type: a/b\r\nContent-Type: application/json\r\n"), 400},
      {"two origins", post("Origin: http://h\r\nOrigin: http://evil\r\n"), 400},
      {"two sites", post("Sec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site\r\n"), 400},
  };
  for (const auto& row : cases) EXPECT_EQ(status_of(row.bytes), row.status) << row.name;
}

TEST(HttpReader, RefusesWhatProxiesMayReadInAnotherWay) {
  const struct {
    const char* name;
    std::string bytes;
    int status;
  } cases[] = {
      {"length and coding", post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"), 400},
      {"coding and length", post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"), 400},
      {"length and another coding", post("Content-Length: 3\r\nTransfer-Encoding: gzip\r\n"), 400},
      {"two lengths", post("Content-Length: 3\r\nContent-Length: 4\r\n"), 400},
      {"the same length twice", post("Content-Length: 3\r\nContent-Length: 3\r\n"), 400},
      {"a list of lengths", post("Content-Length: 3, 3\r\n"), 400},
      {"signed", post("Content-Length: +3\r\n"), 400},
      {"negative", post("Content-Length: -3\r\n"), 400},
      {"hexadecimal", post("Content-Length: 0x3\r\n"), 400},
      {"empty", post("Content-Length:\r\n"), 400},
      {"beyond 64 bits", post("Content-Length: 18446744073709551616\r\n"), 400},
      {"chunked", post("Transfer-Encoding: chunked\r\n"), 411},
      {"chunked in capitals", post("Transfer-Encoding: CHUNKED\r\n"), 411},
      {"another coding", post("Transfer-Encoding: gzip\r\n"), 501},
      {"two codings", post("Transfer-Encoding: gzip, chunked\r\n"), 501},
      {"coded twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400},
      {"coding in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"GET with a body", get("Host: h\r\nContent-Length: 3\r\n"), 400},
  };
  for (const auto& row : cases) EXPECT_EQ(status_of(row.bytes), row.status) << row.name;
}

TEST(HttpReader, RefusesOtherMethods) {
  for (const char* const method :
       {"PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "get", "BREW", "PROPFIND"}) {
    EXPECT_EQ(status_of(std::string(method) + " / HTTP/1.1\r\nHost: h\r\n\r\n"), 405) << method;
  }
  EXPECT_EQ(status_of("CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n"), 405);
  EXPECT_EQ(status_of("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"), 405);
}

TEST(HttpReader, RefusesWhatIsTooLarge) {
  const auto target = [](size_t bytes) {
    return "GET /" + std::string(bytes - 1, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n";
  };
  EXPECT_EQ(status_of(target(kLimits.target_bytes)), 0);
  EXPECT_EQ(status_of(target(kLimits.target_bytes + 1)), 414);
  EXPECT_EQ(status_of("GET /" + std::string(kLimits.target_bytes, 'a')), 414);

  const std::string frame = get("Host: h\r\nX: \r\n");
  const auto head = [&](size_t bytes) {
    return get("Host: h\r\nX: " + std::string(bytes - frame.size(), 'a') + "\r\n");
  };
  EXPECT_EQ(status_of(head(kLimits.header_bytes)), 0);
  EXPECT_EQ(status_of(head(kLimits.header_bytes + 1)), 431);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nX: " + std::string(kLimits.header_bytes, 'a')), 431);
  EXPECT_EQ(status_of(std::string(kLimits.header_bytes + 1, 'a')), 431);

  const auto body = [](size_t bytes) {
    return post("Content-Length: " + std::to_string(bytes) + "\r\n");
  };
  EXPECT_EQ(status_of(body(kLimits.body_bytes) + std::string(kLimits.body_bytes, 'a')), 0);
  EXPECT_EQ(status_of(body(kLimits.body_bytes + 1)), 413);
  EXPECT_EQ(status_of(body(18446744073709551615U)), 413);
}

TEST(HttpReader, TakesNoExpectationButTheUsualOne) {
  EXPECT_EQ(status_of(post("Expect: a-miracle\r\nContent-Length: 3\r\n", "abc")), 417);
  HttpReader reader(kLimits);
  reader.feed(post("Expect: 100-Continue\r\nContent-Length: 3\r\n"));
  EXPECT_TRUE(reader.wants_continue());
  EXPECT_FALSE(reader.wants_continue());
  reader.feed("abc");
  EXPECT_FALSE(reader.wants_continue());
  EXPECT_EQ(reader.take().request.body, "abc");
  reader.feed("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_FALSE(reader.wants_continue());
}

TEST(HttpReader, MakesTheSameOfBytesHoweverTheyCome) {
  const std::string first = post("Content-Length: 5\r\n", "hello");
  const std::string bytes = first + get("Host: second\r\n");
  for (size_t cut = 0; cut <= bytes.size(); ++cut) {
    HttpReader reader(kLimits);
    reader.feed(bytes.substr(0, cut));
    EXPECT_EQ(reader.state() == State::kComplete, cut >= first.size()) << cut;
    reader.feed(bytes.substr(cut));
    ASSERT_EQ(reader.state(), State::kComplete) << cut;
    EXPECT_EQ(reader.take().request.body, "hello");
    ASSERT_EQ(reader.state(), State::kComplete) << cut;
    EXPECT_EQ(reader.take().request.host, "second");
    EXPECT_EQ(reader.state(), State::kEmpty);
  }
}

TEST(HttpReader, HasNoRequestBegunByAnEmptyLine) {
  HttpReader reader(kLimits);
  reader.feed("\r");
  EXPECT_EQ(reader.state(), State::kPartial);
  reader.feed("\n");
  EXPECT_EQ(reader.state(), State::kEmpty);
}

TEST(HttpReader, ReadsNothingBehindWhatItRefused) {
  HttpReader reader(kLimits);
  reader.feed("nonsense\r\n\r\n" + get("Host: h\r\n"));
  EXPECT_EQ(reader.refusal(), 400);
  reader.feed(get("Host: h\r\n"));
  EXPECT_EQ(reader.state(), State::kRefused);
}

}  // namespace
}  // namespace ngcshare
