// Reads the head of an HTTP request: the request line and the headers.
#pragma once

#include <cstddef>
#include <string_view>
#include <variant>

#include "bot/http_message.h"

namespace ngcshare {

struct HttpHead {
  HttpRequest request;  // its body is still empty
  size_t body_bytes = 0;
  bool keep_alive = false;
  bool expects_continue = false;  // the client waits for 100 before it sends the body
};

// The head, or the status to refuse it with. REQUIRES: `head` ends with the first empty line.
// Stricter than it must be where requests are smuggled: no Transfer-Encoding, one Content-Length,
// no folded lines, no header twice that means something here.
std::variant<HttpHead, int> parse_http_head(std::string_view head, const HttpLimits& limits);

}  // namespace ngcshare
