#include "deploy/pages/command_table.h"

#include "bot/base/system_entropy.h"
#include "bot/commands/commands.h"
#include "bot/console/stored_services.h"
#include "storage/stores/person_store.h"

namespace ngcshare::pages {
// Nothing is run here, so the commands get an empty database.
std::vector<CommandEntry> command_table(const std::filesystem::path& scratch) {
  storage::Database database(scratch);
  storage::ServiceStore service_store(database);
  storage::PersonStore person_store(database);
  storage::AuditStore audit(database);
  Access access(database, {});
  StoredServices services(service_store, access);
  PersonFinder people(
      person_store, [](const auto&) { return std::vector<PresentPerson>(); },
      [] { return std::vector<Key>(); });
  SystemEntropy entropy;
  Invitations invitations(database, entropy);
  const Commands commands({.services = services,
                           .access = access,
                           .people = people,
                           .audit = audit,
                           .invitations = invitations,
                           .entropy = entropy,
                           .now = [] { return int64_t{0}; }});
  std::vector<CommandEntry> entries;
  for (const Command& command : commands.table()) {
    entries.push_back({std::string(command.name), std::string(command.arguments),
                       std::string(to_string(command.level)), std::string(command.help),
                       std::string(command.example)});
  }
  return entries;
}

}  // namespace ngcshare::pages
