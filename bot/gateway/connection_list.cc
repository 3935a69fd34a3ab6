#include "bot/gateway/connection_list.h"

#include <algorithm>

namespace ngcshare {

uint32_t ConnectionList::add(Entry entry) {
  do {
    ++last_id_;
  } while (last_id_ == 0 || entries_.contains(last_id_));
  const int64_t service = service_of(entry.key);
  Count& count = counts_[service];
  ++count.all;
  ++count.by_person[entry.person];
  if (!entry.transports.tcp) {
    flows_[{entry.person, std::nullopt}].add(last_id_, entry.rates);
    flows_[{entry.person, service}].add(last_id_, entry.rates);
  }
  entries_.emplace(last_id_, std::move(entry));
  return last_id_;
}

void ConnectionList::remove(uint32_t id) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return;
  const Entry& entry = found->second;
  const int64_t service = service_of(entry.key);
  const auto count = counts_.find(service);
  const auto of_person = count->second.by_person.find(entry.person);
  if (--of_person->second == 0) count->second.by_person.erase(of_person);
  if (--count->second.all == 0) counts_.erase(count);
  if (!entry.transports.tcp) {
    remove_flow({entry.person, std::nullopt}, id);
    remove_flow({entry.person, service}, id);
  }
  entries_.erase(found);
}

void ConnectionList::remove_flow(const FlowsOf& of, uint32_t id) {
  const auto found = flows_.find(of);
  found->second.remove(id);
  if (found->second.empty()) flows_.erase(found);
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
                                                          std::optional<int64_t> service) {
  const auto found = flows_.find({person, service});
  return found == flows_.end() ? std::nullopt : found->second.longest_idle();
}

size_t ConnectionList::count(int64_t service) const {
  const auto found = counts_.find(service);
  return found == counts_.end() ? 0 : found->second.all;
}

size_t ConnectionList::count(int64_t service, const storage::Person& person) const {
  const auto of_service = counts_.find(service);
  if (of_service == counts_.end()) return 0;
  const auto found = of_service->second.by_person.find(person);
  return found == of_service->second.by_person.end() ? 0 : found->second;
}

}  // namespace ngcshare
