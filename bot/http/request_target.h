// Parses the target of an HTTP request (RFC 9112 §3.2).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ngcshare {

struct HttpTarget {
  std::string path;       // percent-decoded printable UTF-8, begins with '/'
  std::string authority;  // of the absolute form, otherwise empty

  bool operator==(const HttpTarget&) const = default;
};

// Accepts the origin form ("/path?query") and the absolute form of http; drops the query. Returns
// nullopt for anything else, a malformed escape, and a path that is not printable UTF-8.
std::optional<HttpTarget> parse_http_target(std::string_view target);

// Returns true if `text` can be a host with or without a port, as in the Host header: without user
// and path.
bool is_http_authority(std::string_view text);

}  // namespace ngcshare
