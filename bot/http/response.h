// Encodes HTTP responses. Every response tells the browser to load nothing from other origins, to
// show the page in no frame, not to guess content types, to send no referrer and to cache nothing.
// None permits another origin anything.
#pragma once

#include <string>

#include "bot/http/message.h"

namespace ngcshare {

inline constexpr const char* kHttpMethods = "GET, HEAD, POST";

// Returns the status that is sent: 500 if the response's status is not valid.
int http_status_of(const HttpResponse& response);

// Returns the response as bytes. Omits headers of the response that are malformed, that every
// response has, or that would open it to other origins. Adds WWW-Authenticate to status 401.
std::string encode_http_response(const HttpResponse& response, bool with_body, bool keep_alive);

// Returns a response with the status' name as plain text; 405 and 503 with their required header.
HttpResponse http_error(int status);

}  // namespace ngcshare
