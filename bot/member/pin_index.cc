#include "bot/member/pin_index.h"

namespace ngcshare {
namespace {

PinIndex::Name name_of(const storage::PinRecord& pin) { return {pin.chat_id, pin.service}; }

storage::Person gateway_of(const storage::PinRecord& pin) { return {pin.chat_id, pin.gateway_key}; }

// Takes one of what is counted under a key, and forgets the key with the last one.
template <typename Counts>
void take_one(Counts& counts, const typename Counts::key_type& key) {
  const auto found = counts.find(key);
  if (--found->second == 0) counts.erase(found);
}

}  // namespace

void PinIndex::add(const storage::PinRecord& pin, bool open) {
  if (pin.named) {
    ++named_[gateway_of(pin)];
    return;
  }
  for (Unnamed* const unnamed : {&of_gateway_[gateway_of(pin)], &in_group_[pin.chat_id]}) {
    ++unnamed->count;
    if (!open) unnamed->closed.emplace(pin.last_used, name_of(pin));
  }
}

void PinIndex::remove(const storage::PinRecord& pin, bool open) {
  if (pin.named) {
    take_one(named_, gateway_of(pin));
    return;
  }
  const auto of_gateway = of_gateway_.find(gateway_of(pin));
  const auto in_group = in_group_.find(pin.chat_id);
  for (Unnamed* const unnamed : {&of_gateway->second, &in_group->second}) {
    --unnamed->count;
    if (!open) unnamed->closed.erase({pin.last_used, name_of(pin)});
  }
  if (of_gateway->second.count == 0) of_gateway_.erase(of_gateway);
  if (in_group->second.count == 0) in_group_.erase(in_group);
}

std::optional<PinIndex::Name> PinIndex::Unnamed::surplus(size_t most) const {
  if (count <= most || closed.empty()) return std::nullopt;
  return closed.begin()->second;
}

std::optional<PinIndex::Name> PinIndex::surplus_of(const storage::Person& gateway,
                                                   size_t most) const {
  const auto found = of_gateway_.find(gateway);
  return found == of_gateway_.end() ? std::nullopt : found->second.surplus(most);
}

std::optional<PinIndex::Name> PinIndex::surplus_in(const Key& chat_id, size_t most) const {
  const auto found = in_group_.find(chat_id);
  return found == in_group_.end() ? std::nullopt : found->second.surplus(most);
}

}  // namespace ngcshare
