#include "bot/http/cross_origin.h"

#include <gtest/gtest.h>

#include <string>

namespace ngcshare {
namespace {

HttpRequest good_write() {
  HttpRequest request;
  request.method = HttpRequest::Method::kPost;
  request.host = "gateway:8080";
  request.content_type = "application/json";
  return request;
}

std::optional<int> from(const std::string& origin, const std::string& host,
                        const std::string& fetch_site) {
  HttpRequest request = good_write();
  request.origin = origin;
  request.host = host;
  request.fetch_site = fetch_site;
  return refusal_of_write(request);
}

TEST(CrossOrigin, LetsTheOwnPageAndProgramsWrite) {
  const struct {
    const char* origin;
    const char* host;
    const char* fetch_site;
  } cases[] = {
      {"", "gateway:8080", ""},                     // curl
      {"", "", ""},                                 // and without a host
      {"http://gateway:8080", "gateway:8080", ""},  // an old browser
      {"http://gateway:8080", "gateway:8080", "same-origin"},
      {"http://gateway:8080", "gateway:8080", "none"},
      {"HTTP://Gateway:8080", "gATEWAY:8080", "Same-Origin"},
      {"https://gateway", "gateway", "same-origin"},  // behind a reverse proxy
      {"https://gateway", "gateway:443", ""},
      {"http://gateway", "gateway:80", ""},
      {"http://gateway:80", "gateway", ""},
      {"http://[::1]:8080", "[::1]:8080", "same-origin"},
  };
  for (const auto& row : cases) {
    EXPECT_EQ(from(row.origin, row.host, row.fetch_site), std::nullopt) << row.origin;
  }
}

TEST(CrossOrigin, KeepsOtherSitesFromWriting) {
  const struct {
    const char* origin;
    const char* host;
    const char* fetch_site;
  } cases[] = {
      {"http://evil", "gateway:8080", ""},
      {"http://evil", "gateway:8080", "cross-site"},
      {"", "gateway:8080", "cross-site"},
      {"", "gateway:8080", "same-site"},
      {"", "gateway:8080", "something new"},
      {"http://gateway:8080", "gateway:8080", "same-site"},
      {"http://gateway:8081", "gateway:8080", ""},
      {"http://gateway", "gateway:8080", ""},
      {"http://gateway:443", "gateway", ""},
      {"https://gateway:80", "gateway", ""},
      {"http://gateway:8080.evil", "gateway:8080", ""},
      {"http://evil/gateway:8080", "gateway:8080", ""},
      {"null", "gateway:8080", ""},
      {"null", "null", ""},
      {"gateway:8080", "gateway:8080", ""},
      {"file://", "", ""},
      {"chrome-extension://gateway:8080", "gateway:8080", ""},
  };
  for (const auto& row : cases) {
    EXPECT_EQ(from(row.origin, row.host, row.fetch_site), 403) << row.origin << row.fetch_site;
  }
}

TEST(CrossOrigin, TakesJsonOnly) {
  const struct {
    const char* type;
    bool is_json;
  } cases[] = {
      {"application/json", true},
      {"Application/JSON", true},
      {"application/json; charset=utf-8", true},
      {"application/json ;charset=utf-8", true},
      {"", false},
      {"text/plain", false},
      {"text/plain; application/json", false},
      {"application/jsonp", false},
      {"application/x-www-form-urlencoded", false},
      {"multipart/form-data; boundary=application/json", false},
  };
  for (const auto& row : cases) {
    HttpRequest request = good_write();
    request.content_type = row.type;
    const auto expected = row.is_json ? std::nullopt : std::optional<int>(415);
    EXPECT_EQ(refusal_of_write(request), expected) << row.type;
  }
}

TEST(CrossOrigin, WritesByPostOnly) {
  HttpRequest request = good_write();
  request.method = HttpRequest::Method::kGet;
  EXPECT_EQ(refusal_of_write(request), 405);
  request.method = HttpRequest::Method::kHead;
  EXPECT_EQ(refusal_of_write(request), 405);
}

}  // namespace
}  // namespace ngcshare
