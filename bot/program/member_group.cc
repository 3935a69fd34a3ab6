#include "bot/program/member_group.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bot/base/log.h"
#include "bot/invitation/request.h"
#include "storage/files/error.h"

namespace ngcshare {
namespace {

using Kind = GroupTrouble::Kind;

// Returns the trouble with advice. Any peer of a public group can refuse us falsely.
std::string explain(const GroupTrouble& trouble) {
  const std::string told = describe(trouble);
  switch (trouble.kind) {
    case Kind::kWrongPassword:
      return told + "; check --password-file";
    case Kind::kFull:
      return told + "; ask somebody to leave it or to raise its limit";
    case Kind::kRefused:
    case Kind::kKicked:
      return told + "; ask its founder";
    case Kind::kNone:
    case Kind::kNotFound:
      break;
  }
  return told;
}

// Returns the public key, with which a Tox ID begins.
Key gateway_of(const InvitationLink& link) {
  Key key{};
  std::copy_n(link.tox_id.begin(), key.size(), key.begin());
  return key;
}

}  // namespace

MemberGroup::MemberGroup(OnlineProcess& process, const ConnectOptions& options)
    : process_(process), options_(options), groups_(process.folder().database()) {}

bool MemberGroup::join() {
  ToxNode& node = process_.node();
  const auto group = node.find_group(options_.chat_id);
  if (!group && options_.invited_by) return node.expect_friend(*options_.invited_by);
  // An invitation would bring a new key, so whoever was in the group comes back without.
  const bool is_known = group && groups_.find(options_.chat_id);
  if (options_.link && !is_known) {
    begin_friend_way();
    if (options_.link->is_private) return true;
  }
  return search();
}

void MemberGroup::begin_friend_way() {
  ToxNode& node = process_.node();
  const Key gateway = gateway_of(*options_.link);
  friend_way_.emplace(
      std::make_unique<LoopTimer>(process_.loop()),
      FriendWay::Ways{
          .request =
              [this, &node, gateway] {
                node.remove_friend(gateway);  // which has another request, or none
                node.request_friend(options_.link->tox_id, request_with(options_.link->secret));
              },
          .defer = [&node](std::function<void()> action) { node.defer(std::move(action)); },
          .leave =
              [this, &node] {
                if (const auto group = node.find_group(options_.chat_id)) node.leave_group(*group);
              },
          .accept =
              [this, &node, gateway](Bytes invite) {
                return node.accept_invite(gateway, invite, options_.common.nick, options_.password)
                    .has_value();
              },
          .search =
              [this, &node] {
                if (options_.link->is_private) return;
                node.join_group(options_.chat_id, options_.common.nick, passwords().front());
              },
          .part =
              [this, &node, gateway] {
                node.remove_friend(gateway);
                process_.save_soon();
              }});
  friend_way_->begin();
}

bool MemberGroup::search() {
  ToxNode& node = process_.node();
  const auto group = node.find_group(options_.chat_id);
  const auto known = passwords();
  entrance_.emplace(
      std::make_unique<LoopTimer>(process_.loop()), process_.entropy(), known,
      Entrance::Ways{.look = [this] { return look(); },
                     .join =
                         [this](const std::string& password) {
                           if (friend_way_ && friend_way_->excludes_search()) return;
                           process_.node().join_group(options_.chat_id, options_.common.nick,
                                                      password);
                         },
                     .report = [this](const GroupTrouble& trouble) { report(trouble); }});
  entrance_->begin();
  if (group && node.group_connected(*group)) return true;  // toxcore reconnects by itself
  return node.join_group(options_.chat_id, options_.common.nick, known.front()).has_value();
}

// Returns the passwords that may be right, the likeliest first. The one in toxcore's profile was
// the group's own when we were last in it.
std::vector<std::string> MemberGroup::passwords() {
  std::vector<std::string> known;
  const auto add = [&](const std::string& password) {
    if (password.empty() || std::find(known.begin(), known.end(), password) != known.end()) return;
    known.push_back(password);
  };
  if (const auto group = process_.node().find_group(options_.chat_id)) {
    add(process_.node().group_password(*group));
  }
  add(options_.password);
  if (const auto record = groups_.find(options_.chat_id)) add(record->password.value_or(""));
  if (known.empty()) known.emplace_back();
  return known;
}

// Also stores the password, which the founder may have changed.
Entrance::Sight MemberGroup::look() {
  if (friend_way_ && friend_way_->excludes_search()) return Entrance::Sight::kAlone;
  const auto group = process_.node().find_group(options_.chat_id);
  if (!group || !process_.node().group_connected(*group)) return Entrance::Sight::kCutOff;
  if (process_.peers().count(options_.chat_id) == 0) return Entrance::Sight::kAlone;
  remember(*group);
  return Entrance::Sight::kInCompany;
}

void MemberGroup::report(const GroupTrouble& trouble) {
  if (trouble.kind == Kind::kNone) {
    log_warn("group.back", "in the group {group} again",
             Field{"group", short_key(options_.chat_id)});
    return;
  }
  const std::string reason = explain(trouble);
  process_.output().say({{"event", "outside"}, {"reason", reason}}, "");
  log_warn("group.outside", "not in the group {group}: {reason}; trying again",
           Field{"group", short_key(options_.chat_id)}, Field{"reason", reason});
}

bool MemberGroup::on_joined(GroupNumber group) {
  if (process_.node().chat_id(group) != options_.chat_id) return false;
  was_in_ = true;
  remember(group);
  if (entrance_) entrance_->on_joined();
  if (friend_way_) friend_way_->on_joined();
  return true;
}

// Goes on without a disk, because that is only for the next start.
void MemberGroup::remember(GroupNumber group) {
  try {
    const auto record = groups_.find(options_.chat_id);
    const std::string password = process_.node().group_password(group);
    const storage::GroupRecord now{options_.chat_id, process_.node().group_name(group),
                                   password.empty() ? std::nullopt : std::optional(password), false,
                                   record ? record->joined_at : 0};
    if (record != now) groups_.put(now);
  } catch (const storage::StorageError& error) {
    log_error("group.not_remembered", "the group could not be written down: {error}",
              Field{"error", error.what()});
  }
}

// Only the gateway that has invited us can refuse an invitation, so it is believed.
std::optional<std::string> MemberGroup::on_refused(GroupNumber group, JoinFailure failure) {
  if (process_.node().chat_id(group) != options_.chat_id) return std::nullopt;
  if (!entrance_) {
    return failure == JoinFailure::kWrongPassword
               ? "wrong password for the group: check --password-file"
           : failure == JoinFailure::kFull
               ? "the group is full; ask somebody to leave it or to raise its limit"
               : "the gateway that has invited us refuses us; ask its owner";
  }
  entrance_->on_refused(failure);
  log_info("group.join_refused", "a peer of group {group} has refused us: {reason}",
           Field{"group", short_key(options_.chat_id)},
           Field{"reason", describe(entrance_->trouble())});
  return std::nullopt;
}

void MemberGroup::on_friend(const Key& friend_key, bool online) {
  if (friend_way_ && friend_key == gateway_of(*options_.link)) friend_way_->on_online(online);
}

void MemberGroup::end() {
  if (friend_way_) friend_way_->end();
}

void MemberGroup::on_invite(const Key& friend_key, Bytes invite) {
  const auto chat_id = ToxNode::chat_id_of(invite);
  if (friend_way_) {
    const bool is_meant = friend_key == gateway_of(*options_.link) && chat_id == options_.chat_id;
    if (is_meant) friend_way_->on_invitation(invite);
    return;
  }
  if (friend_key != options_.invited_by || chat_id != options_.chat_id) return;
  if (process_.node().find_group(*chat_id)) return;
  const std::vector<uint8_t> kept(invite.begin(), invite.end());
  process_.node().defer([this, friend_key, kept] {
    process_.node().accept_invite(friend_key, kept, options_.common.nick, options_.password);
  });
}

std::string MemberGroup::refusals() const {
  if (!entrance_) return "";
  const GroupTrouble& trouble = entrance_->trouble();
  const bool refused = trouble.kind != Kind::kNone && trouble.kind != Kind::kNotFound;
  return refused ? "not let into the group: " + explain(trouble) : "";
}

}  // namespace ngcshare
