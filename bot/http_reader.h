// Makes requests of the bytes that an HTTP client sends. No I/O, no clock. What it holds is bounded
// by the limits and by how much is fed at once.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bot/http_head.h"
#include "bot/http_message.h"

namespace ngcshare {

class HttpReader {
 public:
  enum class State : std::uint8_t {
    kEmpty,     // between requests
    kPartial,   // a request has begun
    kComplete,  // take() it; what is fed meanwhile waits
    kRefused,   // refusal() says why. Nothing can be made of what follows
  };

  // `limits` outlives the reader.
  explicit HttpReader(const HttpLimits& limits) : limits_(limits) {}

  void feed(std::string_view bytes);
  State state() const { return state_; }
  int refusal() const { return refusal_; }  // a status from 400 on
  // Whether the client wants to hear "100 Continue" now; true once for each request.
  bool wants_continue();

  struct Taken {
    HttpRequest request;
    bool keep_alive = false;
  };
  // REQUIRES: kComplete. Goes on with the next request, so that the state may be any afterwards.
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
