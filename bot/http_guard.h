// Whether a request may be what another website made a browser send. It knows no tokens.
#pragma once

#include <optional>

#include "bot/http_message.h"

namespace ngcshare {

// For a request that is to change something: the status to refuse it with, nullopt when nothing is
// to be said against it. 405: it is no POST. 403: a page of another origin sends it (Origin,
// Sec-Fetch-Site). 415: its body is not application/json, which is what a page of another origin
// cannot send without being allowed to.
std::optional<int> refusal_of_write(const HttpRequest& request);

}  // namespace ngcshare
