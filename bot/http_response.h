// HTTP responses as bytes. Every one tells the browser to take nothing from elsewhere, to show the
// page in no frame, to guess no types, to send its address to nobody and, unless the response says
// otherwise, to keep nothing. None permits another origin anything.
#pragma once

#include <string>

#include "bot/http_message.h"

namespace ngcshare {

inline constexpr const char* kHttpMethods = "GET, HEAD, POST";

// The status that is sent: a number that is none counts as 500.
int http_status_of(const HttpResponse& response);

// Headers of the response that are no headers, that every response has, or that would open it to
// other origins are left out. 401 names the scheme.
std::string encode_http_response(const HttpResponse& response, bool with_body, bool keep_alive);

// A line of plain text with the status' own words; 405 and 503 with the header they need.
HttpResponse http_error(int status);

}  // namespace ngcshare
