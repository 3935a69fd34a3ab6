// Looks host names up without blocking the loop.
#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "bot/lookup/name_service.h"

namespace ngcshare {

// The lookups of one owner, which end with it.
class NameLookup {
 public:
  using Done = NameService::Done;

  // Time for an answer, after which there is none.
  static constexpr std::chrono::seconds kPatience{10};

  // `loop` must outlive the object. `patience` is for tests.
  explicit NameLookup(asio::io_context& loop, std::chrono::milliseconds patience = kPatience);
  ~NameLookup() { cancel(); }
  NameLookup(const NameLookup&) = delete;
  NameLookup& operator=(const NameLookup&) = delete;

  // Calls `done` once, from the loop and never from within start(), unless cancel() is called
  // first. Several names may be looked up at once.
  void start(const std::string& host, Done done);
  void cancel();

 private:
  struct Request {
    std::string host;
    size_t number;  // of the service
    asio::steady_timer timer;
  };
  void on_late(size_t key);

  asio::io_context& loop_;
  NameService& service_;
  const std::chrono::milliseconds patience_;
  std::map<size_t, Request> requests_;
  size_t last_key_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>();  // for timers that have expired already
};

}  // namespace ngcshare
