#include "bot/http/head.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <optional>
#include <string>

#include "bot/base/numbers.h"
#include "bot/http/request_target.h"
#include "bot/http/status_codes.h"

namespace ngcshare {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

using Parser = http::request_parser<http::empty_body>;
using Fields = http::request<http::empty_body>;

constexpr std::string_view kBearer = "Bearer ";

std::string_view std_view(beast::string_view text) { return {text.data(), text.size()}; }

// Returns the value of the only header of that name, or the empty string if there is none.
std::string value_of(const Fields& fields, std::string_view name) {
  const auto found = fields.find(beast::string_view(name.data(), name.size()));
  return found == fields.end() ? "" : std::string(std_view(found->value()));
}

bool equals_ignoring_case(std::string_view one, std::string_view other) {
  return beast::iequals(beast::string_view(one.data(), one.size()),
                        beast::string_view(other.data(), other.size()));
}

// Tells an unsupported version ("HTTP/2.0") from a malformed one ("HTTP/x").
int status_of_version(std::string_view head) {
  const std::string_view line = head.substr(0, head.find('\r'));
  if (std::count(line.begin(), line.end(), ' ') != 2) return kBadRequest;
  const std::string_view version = line.substr(line.rfind(' ') + 1);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool well_formed = version.size() == 8 && version.starts_with("HTTP/") &&
                           is_digit(version[5]) && version[6] == '.' && is_digit(version[7]);
  return well_formed ? kVersionNotSupported : kBadRequest;
}

int status_of(const beast::error_code& error, std::string_view head) {
  if (error == http::error::body_limit) return kBodyTooLarge;
  if (error == http::error::bad_version) return status_of_version(head);
  return kBadRequest;
}

// Duplicates allow request smuggling past a proxy that uses the other one.
bool has_doubles(const Fields& fields) {
  for (const char* const name : {"Host", "Content-Length", "Transfer-Encoding", "Authorization",
                                 "Content-Type", "Origin", "Sec-Fetch-Site", "Expect"}) {
    if (fields.count(name) > 1) return true;
  }
  return false;
}

std::optional<HttpRequest::Method> known_method(http::verb verb) {
  switch (verb) {
    case http::verb::get:
      return HttpRequest::Method::kGet;
    case http::verb::head:
      return HttpRequest::Method::kHead;
    case http::verb::post:
      return HttpRequest::Method::kPost;
    default:
      return std::nullopt;
  }
}

// Returns the body's length, or a status if the body is delimited in an unsupported way.
std::variant<size_t, int> body_bytes(const Fields& fields, bool may_have_body) {
  const std::string length = value_of(fields, "Content-Length");
  if (fields.count("Transfer-Encoding") > 0) {
    const bool confused = fields.count("Content-Length") > 0 || fields.version() < 11;
    if (confused) return kBadRequest;
    return equals_ignoring_case(value_of(fields, "Transfer-Encoding"), "chunked") ? kLengthRequired
                                                                                  : kNotImplemented;
  }
  if (fields.count("Content-Length") == 0) return size_t{0};
  const auto bytes = parse_number<size_t>(length);
  if (!bytes || (*bytes > 0 && !may_have_body)) return kBadRequest;
  return *bytes;
}

std::string bearer_of(const std::string& authorization) {
  const std::string_view sent = authorization;
  if (!equals_ignoring_case(sent.substr(0, kBearer.size()), kBearer)) return "";
  const size_t begin = sent.find_first_not_of(' ', kBearer.size());
  return begin == std::string_view::npos ? "" : std::string(sent.substr(begin));
}

// A host in the target takes precedence over the Host header.
bool take_target(const Fields& fields, HttpRequest& request) {
  auto target = parse_http_target(std_view(fields.target()));
  if (!target) return false;
  request.path = std::move(target->path);
  request.host = target->authority.empty() ? value_of(fields, "Host") : target->authority;
  return true;
}

bool has_good_host(const Fields& fields) {
  if (fields.count("Host") == 0) return fields.version() < 11;
  return is_http_authority(value_of(fields, "Host"));
}

std::variant<HttpHead, int> convert(const Fields& fields) {
  if (has_doubles(fields) || !has_good_host(fields)) return kBadRequest;
  HttpHead head;
  HttpRequest& request = head.request;
  const auto method = known_method(fields.method());
  if (!method) return kMethodNotAllowed;
  request.method = *method;
  const auto body = body_bytes(fields, *method == HttpRequest::Method::kPost);
  if (const int* const status = std::get_if<int>(&body)) return *status;
  head.body_bytes = std::get<size_t>(body);
  if (!take_target(fields, request)) return kBadRequest;
  const bool is_recent = fields.version() >= 11;
  const std::string expected = is_recent ? value_of(fields, "Expect") : "";
  if (!expected.empty() && !equals_ignoring_case(expected, "100-continue")) {
    return kExpectationFailed;
  }
  head.expects_continue = !expected.empty() && head.body_bytes > 0;
  head.keep_alive = is_recent && fields.keep_alive();
  request.bearer = bearer_of(value_of(fields, "Authorization"));
  request.content_type = value_of(fields, "Content-Type");
  request.origin = value_of(fields, "Origin");
  request.fetch_site = value_of(fields, "Sec-Fetch-Site");
  return head;
}

}  // namespace

std::variant<HttpHead, int> parse_http_head(std::string_view head, const HttpLimits& limits) {
  Parser parser;
  parser.header_limit(static_cast<std::uint32_t>(head.size()));
  parser.body_limit(limits.body_bytes);
  beast::error_code error;
  parser.put(boost::asio::const_buffer(head.data(), head.size()), error);
  if (error || !parser.is_header_done()) return status_of(error, head);
  return convert(parser.get());
}

}  // namespace ngcshare
