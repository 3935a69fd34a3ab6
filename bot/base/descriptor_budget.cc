#include "bot/base/descriptor_budget.h"

namespace ngcshare {

size_t DescriptorBudget::Counts::held_by(const storage::Person& person) const {
  const auto found = by_person.find(person);
  return found == by_person.end() ? 0 : found->second;
}

void DescriptorBudget::Counts::give_back(const storage::Person& person, size_t count) {
  taken -= count;
  const auto found = by_person.find(person);
  found->second -= count;
  if (found->second == 0) by_person.erase(found);
}

DescriptorBudget::DescriptorBudget(size_t limit) : counts_(std::make_shared<Counts>()) {
  counts_->limit = limit;
}

DescriptorBudget::Lease DescriptorBudget::take(size_t count) {
  if (counts_->free() < count) return nullptr;
  counts_->taken += count;
  // The deleter does the work; the pointer only has to be another than nullptr.
  return {counts_.get(), [counts = counts_, count](const void*) { counts->taken -= count; }};
}

DescriptorBudget::Lease DescriptorBudget::take_for(const storage::Person& person, size_t count) {
  const size_t free = counts_->free();
  if (free < count || counts_->held_by(person) + count > free - count) return nullptr;
  counts_->taken += count;
  counts_->by_person[person] += count;
  return {counts_.get(),
          [counts = counts_, person, count](const void*) { counts->give_back(person, count); }};
}

void DescriptorBudget::set_limit(size_t limit) { counts_->limit = limit; }

size_t DescriptorBudget::limit() const { return counts_->limit; }

size_t DescriptorBudget::taken() const { return counts_->taken; }

}  // namespace ngcshare
