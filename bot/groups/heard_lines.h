// Recognizes the lines of chat that were heard before, because NGC can play an old message back,
// hours later and in place of a lost one. A line has an id, drawn by its sender.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

#include "bot/base/key.h"
#include "protocol/base/recent_set.h"
#include "storage/values/person.h"

namespace ngcshare {

class HeardLines {
 public:
  // The lines remembered of each group, apart from other groups, so that one group's members cannot
  // make those of another forgotten.
  static constexpr size_t kMostInGroup = 4096;

  bool contains(const storage::Person& speaker, uint32_t id) const {
    const auto group = groups_.find(speaker.chat_id);
    return group != groups_.end() && group->second.contains({speaker.key, id});
  }
  void add(const storage::Person& speaker, uint32_t id) {
    groups_.try_emplace(speaker.chat_id, kMostInGroup).first->second.insert({speaker.key, id});
  }

 private:
  struct Line {
    Key key{};
    uint32_t id = 0;
    friend bool operator==(const Line&, const Line&) = default;
  };
  struct LineHash {
    size_t operator()(const Line& line) const noexcept {
      return storage::PersonHash()({{}, line.key}) ^ line.id;
    }
  };
  std::map<Key, RecentValues<Line, LineHash>> groups_;
};

}  // namespace ngcshare
