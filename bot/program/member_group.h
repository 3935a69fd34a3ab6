// The one group of a member: joins it, keeps it, and remembers its name and password.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bot/groups/entrance.h"
#include "bot/options/options.h"
#include "bot/program/online_process.h"
#include "storage/stores/group_store.h"

namespace ngcshare {

class MemberGroup {
 public:
  // Both must outlive the group.
  MemberGroup(OnlineProcess& process, const ConnectOptions& options);

  // Begins to join, or to wait for the invitation. Returns false, and logs the reason, if toxcore
  // refuses. Throws StorageError.
  bool join();

  // -- toxcore's events, of any group -------------------------------------------------------------
  // Returns true if the group is this one.
  bool on_joined(GroupNumber group);
  // Returns the reason if the group can never be joined: the gateway that has invited us refuses
  // us. Otherwise joining goes on.
  std::optional<std::string> on_refused(GroupNumber group, JoinFailure failure);
  void on_invite(const Key& friend_key, Bytes invite);

  bool was_in() const { return was_in_; }
  // Returns what refusals have told so far, with advice, or "" if the last trouble was another one.
  std::string refusals() const;

 private:
  std::vector<std::string> passwords();
  Entrance::Sight look();
  void report(const GroupTrouble& trouble);
  void remember(GroupNumber group);

  OnlineProcess& process_;
  const ConnectOptions& options_;
  storage::GroupStore groups_;
  std::optional<Entrance> entrance_;  // nullopt while we wait for an invitation
  bool was_in_ = false;
};

}  // namespace ngcshare
