// Status codes of HTTP (RFC 9110, section 15) that the server sends itself.
#pragma once

namespace ngcshare {

inline constexpr int kBadRequest = 400;
inline constexpr int kForbidden = 403;
inline constexpr int kMethodNotAllowed = 405;
inline constexpr int kTimeout = 408;
inline constexpr int kLengthRequired = 411;
inline constexpr int kBodyTooLarge = 413;
inline constexpr int kTargetTooLong = 414;
inline constexpr int kUnsupportedMediaType = 415;
inline constexpr int kExpectationFailed = 417;
inline constexpr int kHeadersTooLarge = 431;
inline constexpr int kInternalError = 500;
inline constexpr int kNotImplemented = 501;
inline constexpr int kUnavailable = 503;
inline constexpr int kVersionNotSupported = 505;

}  // namespace ngcshare
