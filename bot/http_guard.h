// Whether a request may be what another website made a browser send. Neither function knows tokens.
#pragma once

#include <optional>
#include <string_view>

#include "bot/http_message.h"

namespace ngcshare {

// For a request that is to change something: the status to refuse it with, nullopt when nothing is
// to be said against it. 405: it is no POST. 403: a page of another origin sends it (Origin,
// Sec-Fetch-Site). 415: its body is not application/json, which is what a page of another origin
// cannot send without being allowed to.
std::optional<int> refusal_of_write(const HttpRequest& request);

// Whether a Host header names a machine by address, or this one as localhost. For answers without a
// token on loopback: a name could be a website's whose owner lets it lead to 127.0.0.1 for a while
// (DNS rebinding), and that site's script could read the answer.
bool is_safe_from_rebinding(std::string_view host);

}  // namespace ngcshare
