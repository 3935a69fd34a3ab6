#include "bot/http/response.h"

#include <gtest/gtest.h>

namespace ngcshare {
namespace {

bool has_line(const std::string& text, const std::string& line) {
  return text.find("\r\n" + line + "\r\n") != std::string::npos;
}

std::string head_of(const HttpResponse& response) {
  return encode_http_response(response, false, true);
}

TEST(HttpResponse, IsWhole) {
  HttpResponse response;
  response.content_type = "text/plain";
  response.body = "hello";
  response.headers = {{"ETag", "\"1\""}};
  const std::string text = encode_http_response(response, true, true);
  EXPECT_TRUE(text.starts_with("HTTP/1.1 200 OK\r\n"));
  for (const char* const line :
       {"Content-Type: text/plain", "Content-Length: 5", "Connection: keep-alive",
        "Cache-Control: no-store", "ETag: \"1\"", "X-Content-Type-Options: nosniff",
        "X-Frame-Options: DENY", "Referrer-Policy: no-referrer",
        "Cross-Origin-Opener-Policy: same-origin", "Cross-Origin-Resource-Policy: same-origin",
        "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src "
        "'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors "
        "'none'"}) {
    EXPECT_TRUE(has_line(text, line)) << line;
  }
  EXPECT_TRUE(text.ends_with("\r\n\r\nhello"));
  EXPECT_EQ(text.find("Server:"), std::string::npos);
  EXPECT_EQ(text.find("Access-Control"), std::string::npos);
}

TEST(HttpResponse, TellsTheLengthOfABodyThatIsLeftOut) {
  HttpResponse response;
  response.body = "hello";
  const std::string text = encode_http_response(response, false, false);
  EXPECT_TRUE(has_line(text, "Content-Length: 5"));
  EXPECT_TRUE(has_line(text, "Connection: close"));
  EXPECT_TRUE(text.ends_with("\r\n\r\n"));
}

TEST(HttpResponse, HasNoContentWhereThereMayBeNone) {
  for (const int status : {204, 304}) {
    HttpResponse response;
    response.status = status;
    response.body = "hello";
    const std::string text = encode_http_response(response, true, true);
    EXPECT_EQ(text.find("Content-Length"), std::string::npos);
    EXPECT_TRUE(text.ends_with("\r\n\r\n"));
  }
}

TEST(HttpResponse, LeavesOutWhatIsNoHeader) {
  const std::pair<std::string, std::string> bad[] = {
      {"X-One", "a\r\nSet-Cookie: b"},
      {"X-One", "a\nb"},
      {"X-One", std::string("a\0b", 3)},
      {"X-One\r\nX-Two", "a"},
      {"X-One:", "a"},
      {"X One", "a"},
      {"", "a"},
  };
  const std::string without = head_of({});
  for (const auto& header : bad) {
    HttpResponse response;
    response.headers = {header};
    EXPECT_EQ(head_of(response), without) << header.first;
  }
  HttpResponse response;
  response.content_type = "text/html\r\nX-One: a";
  EXPECT_EQ(head_of(response).find("X-One"), std::string::npos);
}

TEST(HttpResponse, LeavesOutWhatWouldOpenItOrIsThereAnyway) {
  const std::string without = head_of({});
  for (const char* const name :
       {"Access-Control-Allow-Origin", "access-control-allow-headers", "Server", "Connection",
        "Content-Length", "Transfer-Encoding", "content-security-policy", "X-FRAME-OPTIONS"}) {
    HttpResponse response;
    response.headers = {{name, "*"}};
    EXPECT_EQ(head_of(response), without) << name;
  }
}

TEST(HttpResponse, SaysAnErrorInTheStatusOwnWords) {
  EXPECT_EQ(http_error(404).body, "Not Found\n");
  EXPECT_TRUE(has_line(head_of(http_error(405)), "Allow: GET, HEAD, POST"));
  EXPECT_TRUE(has_line(head_of(http_error(503)), "Retry-After: 5"));
  EXPECT_TRUE(has_line(head_of(http_error(401)), "WWW-Authenticate: Bearer"));
  EXPECT_TRUE(
      head_of(http_error(431)).starts_with("HTTP/1.1 431 Request Header Fields Too Large\r\n"));
}

TEST(HttpResponse, TakesAStatusThatIsNoneForAnError) {
  for (const int status : {0, -1, 100, 199, 600, 70000}) {
    HttpResponse response;
    response.status = status;
    EXPECT_TRUE(head_of(response).starts_with("HTTP/1.1 500 ")) << status;
  }
}

}  // namespace
}  // namespace ngcshare
