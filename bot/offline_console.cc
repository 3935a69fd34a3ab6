#include "bot/offline_console.h"

#include "bot/access.h"
#include "bot/commands.h"
#include "bot/control_door.h"
#include "bot/data_folder.h"
#include "bot/stored_services.h"
#include "bot/system_entropy.h"
#include "bot/unix_time.h"
#include "storage/group_store.h"

namespace ngcshare {
namespace {

class DatabaseConsole : public OfflineConsole {
 public:
  explicit DatabaseConsole(const std::filesystem::path& folder)
      : folder_(folder),
        groups_(folder_.database()),
        service_store_(folder_.database()),
        person_store_(folder_.database()),
        audit_(folder_.database()),
        access_(folder_.database(), {}),
        services_(service_store_, access_),
        people_(
            person_store_, [](const auto&) { return std::vector<PresentPerson>(); },
            [this] { return chat_ids(); }),
        commands_({.services = services_,
                   .access = access_,
                   .people = people_,
                   .audit = audit_,
                   .entropy = entropy_,
                   .now = unix_seconds}),
        door_({[this](auto line, const Asker& asker) { return commands_.run(line, asker); },
               [](const auto&, const auto&) {},  // no group to announce in
               [this](const Asker& asker) { return commands_.names(asker); },
               [] { return std::vector<std::string>(); },
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
  Access access_;
  StoredServices services_;
  People people_;
  Commands commands_;
  ControlDoor door_;
};

}  // namespace

std::unique_ptr<OfflineConsole> OfflineConsole::open(const std::filesystem::path& folder) {
  if (!std::filesystem::exists(folder / kDatabaseFile)) return nullptr;
  return std::make_unique<DatabaseConsole>(folder);
}

}  // namespace ngcshare
