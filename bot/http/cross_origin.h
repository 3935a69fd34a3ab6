// Detects requests that another website may have made a browser send. Does not check tokens.
#pragma once

#include <optional>

#include "bot/http/message.h"

namespace ngcshare {

// Returns the status with which to refuse a request that would change something, or nullopt if it
// is acceptable. 405: it is not a POST. 403: a page of another origin sent it (Origin,
// Sec-Fetch-Site). 415: its body is not application/json, which a page of another origin cannot
// send without permission.
std::optional<int> refusal_of_write(const HttpRequest& request);

}  // namespace ngcshare
