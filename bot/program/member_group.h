// The one group of a member: joins it, keeps it, and remembers its name and password.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bot/groups/entrance.h"
#include "bot/groups/friend_way.h"
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
  void on_friend(const Key& friend_key, bool online);

  // Ends what is only needed to get in. Not to be called from inside toxcore.
  void end();

  bool was_in() const { return was_in_; }
  // Returns true if the group was entered by the invitation of a link, not by the search for it.
  bool came_by_link() const { return friend_way_ && friend_way_->was_invited(); }
  // Returns what refusals have told so far, with advice, or "" if the last trouble was another one.
  std::string refusals() const;

 private:
  void begin_friend_way();
  bool search();
  std::vector<std::string> passwords();
  Entrance::Sight look();
  void report(const GroupTrouble& trouble);
  void remember(GroupNumber group);

  OnlineProcess& process_;
  const ConnectOptions& options_;
  storage::GroupStore groups_;
  std::optional<Entrance> entrance_;     // nullopt while we wait for an invitation
  std::optional<FriendWay> friend_way_;  // only with a link, until the group was entered once
  bool was_in_ = false;
};

}  // namespace ngcshare
