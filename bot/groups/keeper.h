// Keeps a gateway in its groups: creates, joins, leaves and stores them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bot/base/output.h"
#include "bot/commands/running_gateway.h"
#include "bot/peers/group_peers.h"
#include "bot/tox/node.h"
#include "storage/stores/group_store.h"

namespace ngcshare {

class GroupKeeper {
 public:
  struct Config {
    std::string nick = {};                   // of this gateway, in every group
    std::optional<std::string> create = {};  // the name of a group to create, unless it exists
    bool create_private = false;
    std::vector<Key> join = {};
    std::string password = {};  // for `create` and `join`; a secret
  };
  struct Ways {
    std::function<void()> save_soon;  // the Tox profile has changed
    std::function<void()> refused;    // the only group could not be joined
  };

  // The references must outlive the keeper.
  GroupKeeper(ToxNode& node, GroupPeers& peers, storage::Database& database, const Output& output,
              Config config, Ways ways);

  // Joins all stored groups and those of the Config. Returns false, and logs the reason, on
  // failure. Throws StorageError, as do join(), leave() and missing().
  bool begin();

  // -- toxcore's events -------------------------------------------------------------------------
  // This gateway is in the group, whose name is known from now on.
  void on_joined(GroupNumber group);
  void on_join_failed(GroupNumber group, JoinFailure failure);
  // Invites the friend to all private groups.
  void on_friend_online(const Key& friend_key);

  // Return the reason for a failure, or nullopt. The rest is done after the current iteration of
  // toxcore.
  std::optional<std::string> join(const Key& chat_id, const std::string& password);
  std::optional<std::string> leave(const Key& chat_id);

  std::vector<RunningGateway::Group> list() const;
  std::vector<Key> chat_ids() const;
  // Returns the names, or chat ids, of the stored groups that this gateway is not in (yet).
  std::vector<std::string> missing();
  // Prints a group and the command with which members connect.
  void show(GroupNumber group);

 private:
  bool create();
  bool join_configured();
  void rejoin(const storage::GroupRecord& record);
  void remember(GroupNumber group, const std::string& password);
  void remember_name(const Key& chat_id, const std::string& name);
  void forget(const Key& chat_id);
  bool join_now(const Key& chat_id, const std::string& password);

  ToxNode& node_;
  GroupPeers& peers_;
  const Output& output_;
  const Config config_;
  const Ways ways_;
  storage::GroupStore groups_;
};

}  // namespace ngcshare
