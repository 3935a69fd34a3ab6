// The groups that a gateway is in: founds, joins and leaves them, and remembers them.
#pragma once

#include <optional>
#include <string>

#include "bot/options.h"
#include "bot/program.h"
#include "bot/runtime.h"
#include "storage/group_store.h"

namespace ngcshare {

class GroupKeeper {
 public:
  // Both outlive the keeper.
  GroupKeeper(Runtime& runtime, const RunOptions& options);

  // Is in all groups that are remembered or asked for. False, and logged: that cannot be.
  bool begin();
  // A group's name is known.
  void on_joined(GroupNumber group);
  void on_join_failed(GroupNumber group, JoinFailure failure);
  void on_friend_online(const Key& friend_key);

  // What went wrong, nullopt if nothing. Both are done soon after the call, outside of toxcore's.
  std::optional<std::string> join(const Key& chat_id, const std::string& password);
  std::optional<std::string> leave(const Key& chat_id);

  std::vector<Program::Group> list() const;
  // Of those remembered, the ones that this gateway is not in (yet), by name or chat id.
  std::vector<std::string> missing();
  void show(GroupNumber group);

 private:
  bool create();
  bool join_asked_for();
  void rejoin(const storage::GroupRecord& record);
  void remember(GroupNumber group, const std::string& password);
  void remember_name(const Key& chat_id, const std::string& name);
  void forget(const Key& chat_id);
  bool join_now(const Key& chat_id, const std::string& password);

  Runtime& runtime_;
  const RunOptions& options_;
  storage::GroupStore groups_;
};

}  // namespace ngcshare
