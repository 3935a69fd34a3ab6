// The descriptors that the connections of all peers may hold together, so that others remain for
// listening, health checks, the control socket, HTTP, the database, the log and toxcore. A socket
// counts until it is closed, whatever became of the mapping that it was opened for.
#pragma once

#include <cstddef>
#include <limits>
#include <map>
#include <memory>

#include "storage/values/person.h"

namespace ngcshare {

class DescriptorBudget {
 public:
  static constexpr size_t kUnlimited = std::numeric_limits<size_t>::max();

  // Gives its descriptors back when the last copy is gone, which may be after the budget's end.
  using Lease = std::shared_ptr<const void>;

  explicit DescriptorBudget(size_t limit = kUnlimited);

  // Takes descriptors. Returns nullptr if so many are not free.
  Lease take(size_t count);
  // Takes descriptors for connections of one person. Returns nullptr also if the person would then
  // hold more than stay free: one alone gets half of them, and whoever comes next finds some.
  Lease take_for(const storage::Person& person, size_t count);

  // Leases beyond a smaller limit stay valid.
  void set_limit(size_t limit);
  size_t limit() const;
  size_t taken() const;

 private:
  struct Counts {
    size_t limit = 0;
    size_t taken = 0;
    std::map<storage::Person, size_t> by_person;

    size_t free() const { return limit - (taken < limit ? taken : limit); }
    size_t held_by(const storage::Person& person) const;
    void give_back(const storage::Person& person, size_t count);
  };
  std::shared_ptr<Counts> counts_;  // shared with the leases
};

}  // namespace ngcshare
