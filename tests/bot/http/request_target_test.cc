#include "bot/http/request_target.h"

#include <gtest/gtest.h>

namespace ngcshare {
namespace {

TEST(HttpTarget, TakesTheOriginAndTheAbsoluteForm) {
  const struct {
    std::string_view target;
    HttpTarget expected;
  } cases[] = {
      {"/", {"/", ""}},
      {"/a/b", {"/a/b", ""}},
      {"/a?x=1", {"/a", ""}},
      {"/a?", {"/a", ""}},
      {"/a?x?y%zz", {"/a", ""}},
      {"/a%20b", {"/a b", ""}},
      {"/%61%2Fb", {"/a/b", ""}},
      {"/%C3%a4", {"/\xC3\xA4", ""}},
      {"/a%3Fb", {"/a?b", ""}},
      {"/%2e%2E/.././/x", {"/../.././/x", ""}},  // unchanged, because paths are not folders
      {"//host/x", {"//host/x", ""}},
      {"/a+b", {"/a+b", ""}},
      {"http://h/x?y", {"/x", "h"}},
      {"http://h:8080/", {"/", "h:8080"}},
      {"HTTP://[::1]:80", {"/", "[::1]:80"}},
      {"http://h?q", {"/", "h"}},
  };
  for (const auto& row : cases)
    EXPECT_EQ(parse_http_target(row.target), row.expected) << row.target;
}

TEST(HttpTarget, TakesNothingElse) {
  for (const std::string_view target : {std::string_view(""),
                                        std::string_view("*"),
                                        std::string_view("a"),
                                        std::string_view("host:80"),
                                        std::string_view("https://h/"),
                                        std::string_view("ftp://h/"),
                                        std::string_view("http:///x"),
                                        std::string_view("http://user@h/"),
                                        std::string_view("http://h%20/"),
                                        std::string_view("/a#b"),
                                        std::string_view("/%"),
                                        std::string_view("/%4"),
                                        std::string_view("/%4g"),
                                        std::string_view("/%-1"),
                                        std::string_view("/%+1"),
                                        std::string_view("/%00"),
                                        std::string_view("/a%00b"),
                                        std::string_view("/%0a"),
                                        std::string_view("/%0D%0ASet-Cookie:x"),
                                        std::string_view("/%7f"),
                                        std::string_view("/%ff"),
                                        std::string_view("/%C3"),
                                        std::string_view("/%C0%AF"),
                                        std::string_view("/\0", 2),
                                        std::string_view("/\xFF")}) {
    EXPECT_FALSE(parse_http_target(target)) << target;
  }
}

TEST(HttpTarget, KnowsWhatCanBeAHost) {
  for (const std::string_view host :
       {"h", "h:80", "127.0.0.1", "[::1]:8080", "a-b.example", "a_b"}) {
    EXPECT_TRUE(is_http_authority(host)) << host;
  }
  for (const std::string& host :
       {std::string(""), std::string("a b"), std::string("a/b"), std::string("u@h"),
        std::string("a,b"), std::string("h?x"), std::string("\xC3\xA4"), std::string(300, 'a')}) {
    EXPECT_FALSE(is_http_authority(host)) << host;
  }
}

}  // namespace
}  // namespace ngcshare
