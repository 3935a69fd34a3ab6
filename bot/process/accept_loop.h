// Accepts connections one by one, so that other work gets its turn during a flood. While no
// descriptor is left, and while the budget for connections is used up, it waits: new connections
// stay in the kernel's queue, and asking again at once would take a whole core.
#pragma once

#include <asio/basic_socket_acceptor.hpp>
#include <asio/error.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <utility>

#include "bot/base/descriptor_budget.h"
#include "bot/base/own_exhaustion.h"

namespace ngcshare {

template <typename Protocol>
class AcceptLoop {
 public:
  using Acceptor = asio::basic_socket_acceptor<Protocol>;
  using Socket = typename Protocol::socket;
  using Lease = DescriptorBudget::Lease;
  // The lease is to be kept while the socket is open.
  using OnConnection = std::function<void(Socket, Lease)>;
  // Called when waiting begins, at most once in kQuietTime: in place of a line for each attempt.
  using OnWait = std::function<void(const asio::error_code& why)>;

  static constexpr std::chrono::milliseconds kRetry{100};
  static constexpr std::chrono::minutes kQuietTime{1};

  // Accepts from now on, until its own end. `budget` must outlive it. REQUIRES: `acceptor` listens.
  AcceptLoop(Acceptor acceptor, DescriptorBudget& budget, OnConnection on_connection,
             OnWait on_wait)
      : state_(std::make_shared<State>(std::move(acceptor), budget, std::move(on_connection),
                                       std::move(on_wait))) {
    asio::error_code ignored;
    state_->acceptor.non_blocking(true, ignored);
    await(state_);
  }
  ~AcceptLoop() {
    asio::error_code ignored;
    state_->acceptor.close(ignored);
    state_->timer.cancel();
    state_->on_connection = nullptr;
  }
  AcceptLoop(const AcceptLoop&) = delete;
  AcceptLoop& operator=(const AcceptLoop&) = delete;

 private:
  // Lives on in handlers that run after the end of the loop.
  struct State {
    State(Acceptor listening, DescriptorBudget& descriptors, OnConnection handler, OnWait waits)
        : acceptor(std::move(listening)),
          budget(descriptors),
          on_connection(std::move(handler)),
          on_wait(std::move(waits)),
          timer(acceptor.get_executor()) {}

    Acceptor acceptor;
    DescriptorBudget& budget;
    OnConnection on_connection;  // nullptr: the loop has ended
    OnWait on_wait;
    asio::steady_timer timer;
    std::chrono::steady_clock::time_point quiet_until{};
  };
  using Shared = std::shared_ptr<State>;

  static void await(const Shared& state) {
    state->acceptor.async_wait(Acceptor::wait_read, [state](const asio::error_code& error) {
      if (state->on_connection == nullptr) return;
      error ? wait(state, error) : accept_one(state);
    });
  }

  static void accept_one(const Shared& state) {
    Lease lease = state->budget.take(1);
    if (lease == nullptr) return wait(state, asio::error::no_descriptors);
    asio::error_code error;
    Socket socket = state->acceptor.accept(error);
    if (error && is_own_exhaustion(error.value())) return wait(state, error);
    // The handler may end the loop, and with it the handler.
    const OnConnection on_connection = state->on_connection;
    if (!error) on_connection(std::move(socket), std::move(lease));
    if (state->on_connection != nullptr) await(state);
  }

  static void wait(const Shared& state, const asio::error_code& why) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= state->quiet_until) {
      state->quiet_until = now + kQuietTime;
      state->on_wait(why);
    }
    state->timer.expires_after(kRetry);
    state->timer.async_wait([state](const asio::error_code& error) {
      if (!error && state->on_connection != nullptr) await(state);
    });
  }

  Shared state_;
};

}  // namespace ngcshare
