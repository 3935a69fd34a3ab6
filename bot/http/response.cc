#include "bot/http/response.h"

#include <algorithm>
#include <array>
#include <boost/beast/http/status.hpp>
#include <string_view>
#include <utility>

#include "bot/base/ascii.h"

namespace ngcshare {
namespace {

struct Header {
  std::string_view name;
  std::string_view value;
};

constexpr std::array kCommonHeaders = {
    Header{"Content-Security-Policy",
           "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
           "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
    Header{"X-Content-Type-Options", "nosniff"},
    Header{"X-Frame-Options", "DENY"},
    Header{"Referrer-Policy", "no-referrer"},
    Header{"Cross-Origin-Opener-Policy", "same-origin"},
    Header{"Cross-Origin-Resource-Policy", "same-origin"},
    Header{"Permissions-Policy",
           "camera=(), display-capture=(), geolocation=(), microphone=(), "
           "payment=(), usb=()"},
};

// Headers that this file sets, besides the common ones.
constexpr std::array<std::string_view, 8> kOwnNames = {
    "connection",    "content-length", "content-type",      "keep-alive",
    "cache-control", "server",         "transfer-encoding", "www-authenticate"};

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter_or_digit(c) ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool is_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte != 0x7F;
  });
}

bool is_ours(std::string_view name) {
  const std::string lower = lowered(name);
  return lower.starts_with("access-control-") ||
         std::find(kOwnNames.begin(), kOwnNames.end(), lower) != kOwnNames.end() ||
         std::any_of(kCommonHeaders.begin(), kCommonHeaders.end(),
                     [&](const Header& header) { return lowered(header.name) == lower; });
}

std::string reason_of(int status) {
  const auto reason = boost::beast::http::obsolete_reason(
      boost::beast::http::int_to_status(static_cast<unsigned>(status)));
  return {reason.data(), reason.size()};
}

void add(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

bool may_have_content(int status) { return status != 204 && status != 304; }

void add_content_headers(std::string& out, const HttpResponse& response, int status) {
  if (!may_have_content(status)) return;
  if (!response.content_type.empty() && is_value(response.content_type)) {
    add(out, "Content-Type", response.content_type);
  }
  add(out, "Content-Length", std::to_string(response.body.size()));
}

}  // namespace

int http_status_of(const HttpResponse& response) {
  return response.status >= 200 && response.status <= 599 ? response.status : 500;
}

std::string encode_http_response(const HttpResponse& response, bool with_body, bool keep_alive) {
  const int status = http_status_of(response);
  std::string out = "HTTP/1.1 " + std::to_string(status) + " " + reason_of(status) + "\r\n";
  add_content_headers(out, response, status);
  add(out, "Cache-Control", "no-store");
  add(out, "Connection", keep_alive ? "keep-alive" : "close");
  if (status == 401) add(out, "WWW-Authenticate", "Bearer");
  for (const Header& header : kCommonHeaders) add(out, header.name, header.value);
  for (const auto& [name, value] : response.headers) {
    if (is_token(name) && is_value(value) && !is_ours(name)) add(out, name, value);
  }
  out += "\r\n";
  if (with_body && may_have_content(status)) out += response.body;
  return out;
}

HttpResponse http_error(int status) {
  HttpResponse response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = reason_of(status) + "\n";
  if (status == 405) response.headers.emplace_back("Allow", kHttpMethods);
  if (status == 503) response.headers.emplace_back("Retry-After", "5");
  return response;
}

}  // namespace ngcshare
