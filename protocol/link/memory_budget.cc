#include "protocol/link/memory_budget.h"

#include <algorithm>
#include <utility>

namespace ngcshare::link {

// -- MemoryBudget -----------------------------------------------------------------------

MemoryBudget::~MemoryBudget() {
  for (MemoryAccount* const account : accounts_) account->budget_ = nullptr;
}

// Returns an equal part among the accounts that hold more than their own, this one included.
uint64_t MemoryBudget::fair_share(const MemoryAccount& account) const {
  const uint64_t others = account.held_ > MemoryAccount::kOwnBytes ? large_ - 1 : large_;
  return bytes_ / (others + 1);
}

void MemoryBudget::press_largest() {
  const auto largest = std::max_element(
      accounts_.begin(), accounts_.end(),
      [](const MemoryAccount* a, const MemoryAccount* b) { return a->held_ < b->held_; });
  if (largest == accounts_.end() || std::exchange((*largest)->pressed_, true)) return;
  if ((*largest)->on_pressed_) (*largest)->on_pressed_();
}

void MemoryBudget::wake_all() {
  for (const MemoryAccount* const account : accounts_) {
    if (account->on_pressed_) account->on_pressed_();
  }
}

// -- MemoryAccount ----------------------------------------------------------------------

MemoryAccount::MemoryAccount(MemoryBudget* budget, std::function<void()> on_pressed)
    : budget_(budget), on_pressed_(std::move(on_pressed)) {
  if (budget_ != nullptr) budget_->accounts_.push_back(this);
}

MemoryAccount::~MemoryAccount() {
  if (budget_ != nullptr) std::erase(budget_->accounts_, this);  // first: it is not to be woken
  remove(held_);
}

void MemoryAccount::add(uint64_t bytes) {
  const bool was_large = held_ > kOwnBytes;
  held_ += bytes;
  if (budget_ == nullptr) return;
  budget_->held_ += bytes;
  if (!was_large && held_ > kOwnBytes) ++budget_->large_;
  if (budget_->held_ > budget_->bytes_) budget_->press_largest();
}

void MemoryAccount::remove(uint64_t bytes) {
  const bool was_large = held_ > kOwnBytes;
  held_ -= bytes;
  if (budget_ == nullptr) return;
  const bool was_far_exceeded = budget_->is_far_exceeded();
  budget_->held_ -= bytes;
  if (was_large && held_ <= kOwnBytes) --budget_->large_;
  if (was_far_exceeded && !budget_->is_far_exceeded()) budget_->wake_all();
}

bool MemoryAccount::may_hold(uint64_t more) const {
  const uint64_t all = held_ + more;
  if (all <= kOwnBytes) return true;
  if (all > kMostBytes) return false;
  return budget_ == nullptr || more <= budget_->left() || all <= budget_->fair_share(*this);
}

bool MemoryAccount::may_take() const {
  return held_ <= kOwnBytes || budget_ == nullptr || !budget_->is_far_exceeded();
}

}  // namespace ngcshare::link
