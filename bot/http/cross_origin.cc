#include "bot/http/cross_origin.h"

#include <string>
#include <utility>

#include "bot/base/ascii.h"
#include "bot/http/status_codes.h"

namespace ngcshare {
namespace {

bool is_json(std::string_view content_type) {
  std::string type = lowered(content_type.substr(0, content_type.find(';')));
  while (type.ends_with(' ') || type.ends_with('\t')) type.pop_back();
  return type == "application/json";
}

std::string without_port(std::string_view authority, std::string_view port) {
  const std::string lower = lowered(authority);
  return lower.ends_with(port) ? lower.substr(0, lower.size() - port.size()) : lower;
}

// Accepts both schemes, because a reverse proxy may have removed https, and ignores the scheme's
// default port, which browsers omit but other clients may send.
bool is_origin_of(std::string_view origin, std::string_view host) {
  for (const auto& [scheme, port] :
       {std::pair<std::string_view, std::string_view>{"http://", ":80"}, {"https://", ":443"}}) {
    if (!lowered(origin).starts_with(scheme)) continue;
    return without_port(origin.substr(scheme.size()), port) == without_port(host, port);
  }
  return false;
}

bool is_from_elsewhere(const HttpRequest& request) {
  const std::string site = lowered(request.fetch_site);
  if (!site.empty() && site != "same-origin" && site != "none") return true;
  return !request.origin.empty() && !is_origin_of(request.origin, request.host);
}

}  // namespace

std::optional<int> refusal_of_write(const HttpRequest& request) {
  if (request.method != HttpRequest::Method::kPost) return kMethodNotAllowed;
  if (is_from_elsewhere(request)) return kForbidden;
  if (!is_json(request.content_type)) return kUnsupportedMediaType;
  return std::nullopt;
}

}  // namespace ngcshare
