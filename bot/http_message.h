// What the HTTP server hands to its handler and takes from it, and how much it lets clients have.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ngcshare {

// A well-formed request. Every header below stood in it once at most.
struct HttpRequest {
  enum class Method : std::uint8_t { kGet, kHead, kPost };
  Method method = Method::kGet;
  // Percent-decoded printable UTF-8 that begins with '/'. Nothing is made of "..", "." and "//".
  std::string path;
  std::string query;         // what follows '?', as it was sent
  std::string body;          // empty unless kPost
  std::string bearer;        // the credential of "Authorization: Bearer …"; empty: none
  std::string content_type;  // this and the next two as they were sent; empty: not there
  std::string origin;
  std::string fetch_site;  // Sec-Fetch-Site
  std::string host;        // with its port if one was given; empty only from HTTP/1.0 clients
};

struct HttpResponse {
  int status = 200;  // 200 to 599
  std::string content_type;
  std::string body;  // left out where the request was HEAD
  bool may_be_cached = false;
  // Others than those that every response has anyway (http_response.h), which win.
  std::vector<std::pair<std::string, std::string>> headers;
};

struct HttpLimits {
  using Duration = std::chrono::milliseconds;

  size_t connections = 64;
  size_t per_address = 16;   // an IPv6 /64 counts as one address
  size_t per_loopback = 64;  // for a loopback address, where a reverse proxy may stand
  size_t target_bytes = 2048;
  size_t header_bytes = 8192;  // with the request line
  size_t body_bytes = 16384;
  size_t requests_per_connection = 1000;
  // From the first byte of a request until all of it is there, however busily it drips; and from a
  // new connection to its first byte.
  Duration request_patience{10'000};
  Duration idle_patience{30'000};   // between two requests
  Duration reply_patience{10'000};  // for the handler; then 503 is sent
  Duration write_patience{30'000};  // for the client to take a response
  Duration linger{1'000};           // a closed connection's last bytes to be read; also at the end
};

}  // namespace ngcshare
