// Pays for the bytes that wait in one object, from the account of their peer, and tells when they
// have to be given up: when that account is pressed and too few of them are taken.
#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/basic_waitable_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "bot/base/steady_time.h"
#include "protocol/link/memory_budget.h"

namespace ngcshare {

class WaitingBytesAccount {
 public:
  // Looks at the progress every `patience` while bytes wait.
  WaitingBytesAccount(const asio::any_io_executor& executor, Duration patience)
      : patience_(patience), timer_(executor) {}

  // Sets who pays. `give_up` is called from the loop, not after the end of `owner`, which contains
  // this object. REQUIRES: called once.
  void open(std::shared_ptr<link::MemoryAccount> account, std::weak_ptr<void> owner,
            std::function<void()> give_up) {
    account_ = std::move(account);
    owner_ = std::move(owner);
    give_up_ = std::move(give_up);
    charge_.emplace(account_.get());
  }
  // Returns whether the peer's bytes may wait beside the others'.
  bool may_hold(size_t more) const { return account_->may_hold(more); }
  // `held` bytes of memory are used now, after `taken` bytes were taken.
  void set(size_t held, size_t taken) {
    if (!charge_) return;
    if (charge_->bytes() == 0) progress_.begin(steady_now());
    charge_->set(held);
    progress_.note(taken, held, steady_now());
    if (held > 0) watch();
  }
  void close() {
    set(0, 0);
    timer_.cancel();
  }

 private:
  void watch() {
    if (std::exchange(watching_, true)) return;
    timer_.expires_after(patience_);
    timer_.async_wait([this, owner = owner_](const asio::error_code& error) {
      const auto alive = owner.lock();
      if (error || alive == nullptr) return;
      watching_ = false;
      look();
    });
  }
  void look() {
    if (charge_->bytes() == 0) return;
    if (account_->pressed() && account_->may_hold(link::MemoryAccount::kOwnBytes)) {
      account_->relieve();
    }
    if (account_->pressed() && progress_.is_stuck(steady_now(), patience_)) {
      give_up_();
    } else {
      watch();
    }
  }

  const Duration patience_;
  std::shared_ptr<link::MemoryAccount> account_;  // before charge_
  std::optional<link::MemoryCharge> charge_;
  link::Progress progress_;
  std::weak_ptr<void> owner_;
  std::function<void()> give_up_;
  asio::basic_waitable_timer<ProgramClock> timer_;
  bool watching_ = false;
};

}  // namespace ngcshare
