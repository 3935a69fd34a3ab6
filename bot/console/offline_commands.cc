#include "bot/console/offline_commands.h"

#include "bot/base/system_entropy.h"
#include "bot/base/unix_time.h"
#include "bot/commands/commands.h"
#include "bot/console/stored_services.h"
#include "bot/control/door.h"
#include "bot/people/access.h"
#include "storage/folder/data_folder.h"
#include "storage/stores/group_store.h"

namespace ngcshare {
namespace {

class DatabaseConsole : public OfflineCommands {
 public:
  explicit DatabaseConsole(const std::filesystem::path& folder)
      : folder_(folder),
        groups_(folder_.database()),
        service_store_(folder_.database()),
        person_store_(folder_.database()),
        audit_(folder_.database()),
        invitations_(folder_.database(), entropy_),
        access_(folder_.database(), {}),
        services_(service_store_, access_),
        people_(
            person_store_, [](const auto&) { return std::vector<PresentPerson>(); },
            [this] { return chat_ids(); }),
        commands_({.services = services_,
                   .access = access_,
                   .people = people_,
                   .audit = audit_,
                   .invitations = invitations_,
                   .entropy = entropy_,
                   .now = unix_seconds}),
        owner_({[this](auto line, const Asker& asker) { return commands_.run(line, asker); },
                [](const auto&, const auto&) {},  // the gateway is in no group now
                [this](const Asker& asker) { return commands_.names(asker); }}),
        door_(owner_, {[] { return std::vector<std::string>(); },
                       [](const HealthQuestion&) {
                         return ControlAnswer{false, "no gateway is running"};
                       },
                       [] {
                         return ControlAnswer{false, "no gateway is running"};
                       }}) {}

  ControlAnswer ask(const ControlRequest& request) override { return door_.on_request(request); }

 private:
  std::vector<Key> chat_ids() {
    std::vector<Key> ids;
    for (const auto& record : groups_.list()) ids.push_back(record.chat_id);
    return ids;
  }

  DataFolder folder_;
  SystemEntropy entropy_;
  storage::GroupStore groups_;
  storage::ServiceStore service_store_;
  storage::PersonStore person_store_;
  storage::AuditStore audit_;
  Invitations invitations_;
  Access access_;
  StoredServices services_;
  PersonFinder people_;
  Commands commands_;
  OwnerDoor owner_;
  ControlDoor door_;
};

}  // namespace

std::unique_ptr<OfflineCommands> OfflineCommands::open(const std::filesystem::path& folder) {
  if (!std::filesystem::exists(folder / kDatabaseFile)) return nullptr;
  return std::make_unique<DatabaseConsole>(folder);
}

}  // namespace ngcshare
