// The target of an HTTP request (RFC 9112 §3.2), taken apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ngcshare {

struct HttpTarget {
  std::string path;       // percent-decoded printable UTF-8, begins with '/'
  std::string query;      // as it stands there, without '?'
  std::string authority;  // of the absolute form, otherwise empty

  bool operator==(const HttpTarget&) const = default;
};

// Of the origin form ("/path?query") or the absolute form of http. nullopt for anything else, a bad
// escape, and a path with control characters or that is not UTF-8.
std::optional<HttpTarget> parse_http_target(std::string_view target);

// Whether `text` can be a host with or without a port, as in the Host header. No user, no path.
bool is_http_authority(std::string_view text);

}  // namespace ngcshare
