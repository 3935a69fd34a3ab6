// Commands of a gateway without a network, with people and a time that the test sets.
#pragma once

#include "bot/commands/commands.h"
#include "bot/gateway/gateway.h"
#include "storage/stores/group_store.h"
#include "tests/support/offline_node.h"
#include "tests/support/temporary_folder.h"

namespace ngcshare::test {

struct FakeRunningGateway : RunningGateway {
  std::vector<Group> groups() const override { return known; }
  std::optional<std::string> join(const Key& chat_id, const std::string& password) override {
    joined.emplace_back(chat_id, password);
    return std::nullopt;
  }
  std::optional<std::string> leave(const Key& chat_id) override {
    left.push_back(chat_id);
    return std::nullopt;
  }
  std::string page_link(bool as_owner) const override {
    return page.empty() ? page : page + (as_owner ? "owner" : "viewer");
  }
  std::vector<Path> paths(const std::optional<Key>& chat_id) override {
    std::vector<Path> found;
    for (const Path& path : reached) {
      if (!chat_id || path.person.chat_id == *chat_id) found.push_back(path);
    }
    return found;
  }
  void shut_down() override { ended = true; }
  std::optional<InvitationLink> link_to(const Key& chat_id) const override {
    for (const InvitationLink& link : links) {
      if (link.chat_id == chat_id) return link;
    }
    return std::nullopt;
  }

  std::vector<Group> known;
  std::vector<Path> reached;
  std::vector<std::pair<Key, std::string>> joined;
  std::vector<Key> left;
  std::vector<InvitationLink> links;  // without secrets
  std::string page;
  bool ended = false;
};

struct CommandRig {
  std::vector<PresentPerson> those_in(const std::optional<Key>& chat_id) const {
    std::vector<PresentPerson> found;
    for (const auto& one : present) {
      if (!chat_id || one.person.chat_id == *chat_id) found.push_back(one);
    }
    return found;
  }
  std::vector<Key> chat_ids() {
    std::vector<Key> ids;
    for (const auto& record : groups.list()) ids.push_back(record.chat_id);
    return ids;
  }

  int64_t now = 1'000'000;  // unix seconds
  std::vector<PresentPerson> present;
  FakeRunningGateway program;

  TemporaryFolder folder;
  OfflineNode offline;
  storage::Database database{folder / "ngcshare.db"};
  storage::GroupStore groups{database};
  storage::ServiceStore services{database};
  storage::PersonStore person_store{database};
  storage::AuditStore audit{database};
  Invitations invitations{database, offline.entropy};
  Access access{database, {}};
  TargetPolicy policy;
  Gateway gateway{offline.hub, services, access, policy};
  PersonFinder people{person_store, [this](const auto& chat_id) { return those_in(chat_id); },
                      [this] { return chat_ids(); }};
  Commands commands{{.services = gateway,
                     .access = access,
                     .people = people,
                     .audit = audit,
                     .invitations = invitations,
                     .entropy = offline.entropy,
                     .program = &program,
                     .now = [this] { return now; }}};
};

}  // namespace ngcshare::test
