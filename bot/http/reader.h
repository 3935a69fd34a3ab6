// Parses the bytes of an HTTP client into requests. Has no I/O and no clock. Its memory is bounded
// by the limits and by the size of one feed().
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bot/http/head.h"
#include "bot/http/message.h"

namespace ngcshare {

class HttpReader {
 public:
  enum class State : std::uint8_t {
    kEmpty,     // between requests
    kPartial,   // a request has begun
    kComplete,  // take() returns the request; more bytes are buffered
    kRefused,   // refusal() says why; further bytes are ignored
  };

  // REQUIRES: `limits` outlives the reader.
  explicit HttpReader(const HttpLimits& limits) : limits_(limits) {}

  void feed(std::string_view bytes);
  State state() const { return state_; }
  int refusal() const { return refusal_; }  // a status of 400 or more
  // Returns true once for each request whose client waits for "100 Continue".
  bool wants_continue();

  struct Taken {
    HttpRequest request;
    bool keep_alive = false;
  };
  // Returns the request and continues with the next one, so any state may follow.
  // REQUIRES: state() is kComplete.
  Taken take();

 private:
  void advance();
  void read_head();
  void refuse(int status);

  const HttpLimits& limits_;
  std::string buffer_;
  std::optional<HttpHead> head_;
  State state_ = State::kEmpty;
  int refusal_ = 0;
  bool skipped_line_ = false;
};

}  // namespace ngcshare
