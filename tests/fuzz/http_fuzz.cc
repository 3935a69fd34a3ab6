// Hostile bytes on an HTTP connection. Input: one byte that chooses the size of the pieces, then
// the bytes.
#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "bot/http/cross_origin.h"
#include "bot/http/reader.h"
#include "bot/http/request_target.h"
#include "protocol/base/text.h"
#include "tests/fuzz/byte_source.h"

namespace ngcshare::fuzz {
namespace {

struct Outcome {
  std::vector<HttpRequest> requests;
  HttpReader::State state{};
  int refusal = 0;
};

bool is_clean(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) {
    return (static_cast<unsigned char>(c) >= 0x20 || c == '\t') && c != 0x7F;
  });
}

void check_request(const HttpRequest& request, const HttpLimits& limits) {
  require(request.path.starts_with('/') && is_printable_utf8(request.path));
  require(request.path.size() <= limits.target_bytes);
  require(request.body.size() <= limits.body_bytes);
  require(request.method == HttpRequest::Method::kPost || request.body.empty());
  require(request.host.empty() || is_http_authority(request.host));
  for (const std::string_view value :
       {request.bearer, request.content_type, request.origin, request.fetch_site, request.host}) {
    require(is_clean(value) && value.size() <= limits.header_bytes);
  }
  const auto refusal = refusal_of_write(request);
  require(refusal || request.content_type.size() >= std::string_view("application/json").size());
}

Outcome outcome_of(std::string_view bytes, size_t piece, const HttpLimits& limits) {
  Outcome outcome;
  HttpReader reader(limits);
  while (!bytes.empty()) {
    const std::string_view part = bytes.substr(0, piece);
    bytes.remove_prefix(part.size());
    reader.feed(part);
    reader.wants_continue();
    while (reader.state() == HttpReader::State::kComplete) {
      outcome.requests.push_back(reader.take().request);
      check_request(outcome.requests.back(), limits);
    }
  }
  outcome.state = reader.state();
  outcome.refusal = reader.refusal();
  return outcome;
}

// Requires that the result does not depend on how the bytes are divided. Only the status of a head
// with two errors may, because it names the error that was seen first.
void check(uint8_t choice, std::string_view bytes) {
  HttpLimits limits;
  limits.target_bytes = 64;
  limits.header_bytes = 512;
  limits.body_bytes = 64;
  const Outcome whole = outcome_of(bytes, std::max<size_t>(bytes.size(), 1), limits);
  const Outcome pieces = outcome_of(bytes, size_t{1} + choice, limits);
  require(whole.state == pieces.state && whole.requests.size() == pieces.requests.size());
  require((whole.refusal >= 400) == (whole.state == HttpReader::State::kRefused));
  require((pieces.refusal >= 400) == (whole.refusal >= 400));
  for (size_t i = 0; i < whole.requests.size(); ++i) {
    require(whole.requests[i].path == pieces.requests[i].path);
    require(whole.requests[i].body == pieces.requests[i].body);
    require(whole.requests[i].bearer == pieces.requests[i].bearer);
  }
}

}  // namespace
}  // namespace ngcshare::fuzz

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  ngcshare::fuzz::check(data[0], {reinterpret_cast<const char*>(data + 1), size - 1});
  return 0;
}
