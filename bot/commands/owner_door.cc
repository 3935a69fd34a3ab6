#include "bot/commands/owner_door.h"

#include <utility>

#include "bot/base/log.h"
#include "storage/files/error.h"

namespace ngcshare {
namespace {

Asker owner_at(Door door) { return {Level::kOwner, std::nullopt, std::nullopt, door}; }

}  // namespace

OwnerDoor::OwnerDoor(Ways ways) : ways_(std::move(ways)) {}

Answer OwnerDoor::run(std::string_view line, Door door) const {
  try {
    Answer answer = ways_.run(line, owner_at(door));
    log_info("command", "command \"{command}\" from the {door}: {result}",
             Field{"command", answer.command},
             Field{"door", door == Door::kPage ? "status page" : "control socket"},
             Field{"result", answer.ok ? "done" : "refused"});
    if (!answer.announcement.empty()) ways_.announce(answer.announcement, answer.announce_in);
    return answer;
  } catch (const storage::StorageError& error) {
    log_error("command.failed", "a command failed: {error}", Field{"error", error.what()});
    return refuse(std::string("the change could not be stored: ") + error.what());
  }
}

std::vector<std::string> OwnerDoor::command_names(Door door) const {
  return ways_.command_names(owner_at(door));
}

}  // namespace ngcshare
