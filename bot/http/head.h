// Parses the head of an HTTP request: the request line and the headers.
#pragma once

#include <cstddef>
#include <string_view>
#include <variant>

#include "bot/http/message.h"

namespace ngcshare {

struct HttpHead {
  HttpRequest request;  // with an empty body
  size_t body_bytes = 0;
  bool keep_alive = false;
  bool expects_continue = false;  // the client waits for status 100 before it sends the body
};

// Returns the head, or the status with which to refuse it. To prevent request smuggling it is
// stricter than required: it refuses Transfer-Encoding, more than one Content-Length, folded lines,
// and duplicates of every header that is used here. REQUIRES: `head` ends with the first empty
// line.
std::variant<HttpHead, int> parse_http_head(std::string_view head, const HttpLimits& limits);

}  // namespace ngcshare
