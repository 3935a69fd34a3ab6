#include "bot/gateway/connection_list.h"

#include <algorithm>

namespace ngcshare {

uint32_t ConnectionList::add(Entry entry) {
  do {
    ++last_id_;
  } while (last_id_ == 0 || entries_.contains(last_id_));
  ++counts_[service_of(entry.key)][entry.person];
  entries_.emplace(last_id_, std::move(entry));
  return last_id_;
}

void ConnectionList::remove(uint32_t id) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return;
  const auto of_service = counts_.find(service_of(found->second.key));
  const auto of_person = of_service->second.find(found->second.person);
  if (--of_person->second == 0) of_service->second.erase(of_person);
  if (of_service->second.empty()) counts_.erase(of_service);
  entries_.erase(found);
}

const ConnectionList::Entry* ConnectionList::find(uint32_t id) const {
  const auto found = entries_.find(id);
  return found == entries_.end() ? nullptr : &found->second;
}

std::vector<std::pair<uint32_t, ConnectionList::Entry>> ConnectionList::all() const {
  std::vector<std::pair<uint32_t, Entry>> found(entries_.begin(), entries_.end());
  std::stable_sort(found.begin(), found.end(), [](const auto& left, const auto& right) {
    return left.second.since < right.second.since;
  });
  return found;
}

std::optional<uint32_t> ConnectionList::longest_idle_flow(const storage::Person& person,
                                                          std::optional<int64_t> service) const {
  std::optional<uint32_t> longest;
  TimePoint since{};
  for (const auto& [id, entry] : entries_) {
    const bool fits = !entry.transports.tcp && entry.person == person &&
                      (!service || service_of(entry.key) == *service);
    if (!fits || (longest && entry.rates->last_used() >= since)) continue;
    longest = id;
    since = entry.rates->last_used();
  }
  return longest;
}

size_t ConnectionList::count(int64_t service) const {
  const auto found = counts_.find(service);
  if (found == counts_.end()) return 0;
  size_t sum = 0;
  for (const auto& [person, connections] : found->second) sum += connections;
  return sum;
}

size_t ConnectionList::count(int64_t service, const storage::Person& person) const {
  const auto of_service = counts_.find(service);
  if (of_service == counts_.end()) return 0;
  const auto found = of_service->second.find(person);
  return found == of_service->second.end() ? 0 : found->second;
}

}  // namespace ngcshare
