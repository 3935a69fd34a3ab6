// Keeps a gateway in its groups: creates, joins, leaves and stores them. An Entrance for each group
// brings the gateway back when it was refused, kicked out, or finds nobody.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "bot/base/output.h"
#include "bot/commands/running_gateway.h"
#include "bot/groups/entrance.h"
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
    std::string password = {};   // for `create` and `join`; a secret
    std::set<Key> invited = {};  // friends who may enter the private groups
  };
  struct Ways {
    std::function<void()> save_soon;     // the Tox profile has changed
    std::function<void()> save_at_once;  // logs a failure
    std::function<std::unique_ptr<OneShotTimer>()> make_timer;
    // Tells the owners in other groups about a group that this gateway cannot get into.
    std::function<void(const std::string& text)> tell_owners;
  };

  // The references must outlive the keeper.
  GroupKeeper(ToxNode& node, GroupPeers& peers, storage::Database& database, Entropy& entropy,
              const Output& output, Config config, Ways ways);

  // Joins all stored groups and those of the Config. Returns false, and logs the reason, on
  // failure. Throws StorageError, as do join(), leave() and missing().
  bool begin();

  // -- toxcore's events -------------------------------------------------------------------------
  // This gateway is in the group, whose name is known from now on.
  void on_joined(GroupNumber group);
  void on_join_failed(GroupNumber group, JoinFailure failure);
  // Invites the friend to all private groups, if it is one of Config::invited. Others may be left
  // in the profile from an earlier start.
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
  void rejoin(const Key& chat_id);
  void attend(const Key& chat_id, std::vector<std::string> passwords);
  std::vector<std::string> passwords_for(const Key& chat_id);
  Entrance::Sight look_at(const Key& chat_id);
  void report(const Key& chat_id, const GroupTrouble& trouble);
  std::string name_of(const Key& chat_id);
  bool is_ours(GroupNumber group) const;
  void remember(GroupNumber group, bool group_roles);
  void remember_now(const Key& chat_id, GroupNumber group);
  void forget(const Key& chat_id);
  bool join_now(const Key& chat_id, const std::string& password);

  ToxNode& node_;
  GroupPeers& peers_;
  Entropy& entropy_;
  const Output& output_;
  const Config config_;
  const Ways ways_;
  storage::GroupStore groups_;
  std::map<Key, Entrance> entrances_;  // of all groups but private ones that the profile has lost
};

}  // namespace ngcshare
