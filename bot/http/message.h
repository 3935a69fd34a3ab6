// Requests and responses of the HTTP server, and its limits.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ngcshare {

// A well-formed request. Each of the headers below occurred at most once.
struct HttpRequest {
  enum class Method : std::uint8_t { kGet, kHead, kPost };
  Method method = Method::kGet;
  // Percent-decoded printable UTF-8 that begins with '/'. "..", "." and "//" are not resolved.
  std::string path;
  std::string body;          // empty unless kPost
  std::string bearer;        // the credential of "Authorization: Bearer …"; empty: none
  std::string content_type;  // this and the next two are unchanged; empty: header missing
  std::string origin;
  std::string fetch_site;  // Sec-Fetch-Site
  std::string host;        // with the port if one was sent; empty only from HTTP/1.0 clients
};

struct HttpResponse {
  int status = 200;  // 200 to 599
  std::string content_type;
  std::string body;  // not sent in answer to HEAD
  // Additional headers. Those that every response has (response.h) take precedence.
  std::vector<std::pair<std::string, std::string>> headers;
};

struct HttpLimits {
  using Duration = std::chrono::milliseconds;

  // Over a limit, a new connection takes the place of one whose client keeps the server waiting.
  size_t connections = 64;
  size_t per_address = 16;   // an IPv6 /64 counts as one address
  size_t per_loopback = 64;  // per loopback address, where a reverse proxy may run
  size_t target_bytes = 2048;
  size_t header_bytes = 8192;  // with the request line
  size_t body_bytes = 16384;
  size_t requests_per_connection = 1000;
  // From the first byte of a request to its last, however steadily it trickles in; and from a new
  // connection to its first byte.
  Duration request_patience{10'000};
  Duration idle_patience{30'000};   // between two requests
  Duration reply_patience{10'000};  // for the handler, before 503 is sent
  Duration write_patience{30'000};  // for the client to read a response
  Duration linger{1'000};  // for reading a closed connection's last bytes, and for the server's end
};

}  // namespace ngcshare
