// A gateway without toxcore: all that program/run_gateway.cc wires together for services, access
// and chat, in the same order.
#pragma once

#include <filesystem>
#include <set>

#include "bot/commands/commands.h"
#include "bot/gateway/gateway.h"
#include "bot/groups/chat_door.h"
#include "bot/peers/path_watch.h"
#include "bot/people/access.h"
#include "bot/people/person_finder.h"
#include "bot/people/seen_people.h"
#include "storage/stores/audit_store.h"
#include "storage/stores/person_store.h"
#include "storage/stores/service_store.h"
#include "tests/whole_program/process.h"

namespace ngcshare::test {

class GatewayProcess : public Process, private RunningGateway {
 public:
  // `database` is the file that it begins with and leaves behind.
  GatewayProcess(Network& network, const Identity& who, const std::filesystem::path& database,
                 const std::set<Key>& owners);

  Gateway& gateway() { return gateway_; }
  // Runs a command as the control socket does.
  Answer command(const std::string& line);

 private:
  // Participant
  void on_line(const Key& from, const ChatLine& line) override;
  // Process
  void say_farewell() override;
  // RunningGateway
  std::vector<Group> groups() const override { return {{kGroup, "group", true, 0}}; }
  std::optional<std::string> join(const Key& /*chat_id*/, const std::string& /*word*/) override {
    return "not here";
  }
  std::optional<std::string> leave(const Key& /*chat_id*/) override { return "not here"; }
  std::vector<Path> paths(const std::optional<Key>& chat_id) override;
  std::string page_link(bool /*as_owner*/) const override { return {}; }
  void shut_down() override {}
  std::optional<InvitationLink> link_to(const Key& /*chat_id*/) const override { return {}; }

  Commands::Context context();

  storage::Database database_;
  storage::ServiceStore services_;
  storage::PersonStore person_store_;
  storage::AuditStore audit_;
  Invitations invitations_;
  TargetPolicy targets_;
  Access access_;
  Gateway gateway_;
  PathWatch paths_;
  SeenPeople seen_;
  PersonFinder people_;
  Commands commands_;
  ChatDoor chat_;
};

}  // namespace ngcshare::test
