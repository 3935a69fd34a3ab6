#include "tests/whole_program/gateway_process.h"

#include "bot/base/unix_time.h"
#include "bot/services/records.h"

namespace ngcshare::test {

GatewayProcess::GatewayProcess(Network& network, const Identity& who,
                               const std::filesystem::path& database, const std::set<Key>& owners)
    : Process(network, who),
      database_(database),
      services_(database_),
      person_store_(database_),
      audit_(database_),
      invitations_(database_, entropy()),
      access_(database_, {.owners = owners}),
      gateway_(hub(), services_, access_, targets_),
      paths_(hub(), [](const PathStatus& /*status*/) {}),
      seen_(loop(), database_, person_store_, unix_seconds),
      people_(
          person_store_, [this](const auto& chat_id) { return hub().present(chat_id); },
          [] { return std::vector{kGroup}; }, [this] { seen_.write(); }),
      commands_(context()),
      chat_(commands_, access_, seen_, unix_seconds,
            {.tell =
                 [this](auto& person, auto& text) {
                   return this->network().tell(this->who().key, person.key, text);
                 },
             .say = [this](auto& /*chat_id*/,
                           auto& text) { this->network().say(this->who().key, text); }}) {
  hub().set_offer_maker(&gateway_);
  gateway_.set_on_state([this](const storage::ServiceRecord& service, const std::string& text) {
    if (service.enabled && is_public(service)) chat_.announce(text, service.chat_id);
  });
  gateway_.watch_targets({});
}

Commands::Context GatewayProcess::context() {
  return {.services = gateway_,
          .access = access_,
          .people = people_,
          .audit = audit_,
          .invitations = invitations_,
          .entropy = entropy(),
          .program = this,
          .now = unix_seconds};
}

Answer GatewayProcess::command(const std::string& line) {
  return commands_.run(line, {Level::kOwner, {}, {}, Door::kControl});
}

void GatewayProcess::on_line(const Key& from, const ChatLine& line) {
  const Peer* const peer = hub().find({kGroup, from});
  if (peer == nullptr || peer->absent_until) return;
  const PresentPerson speaker = present_person(*peer);
  seen_.note(speaker.person, speaker.nick);
  chat_.on_line(speaker, line, hub().now());
}

void GatewayProcess::say_farewell() {
  gateway_.shut_down();
  seen_.end();
}

std::vector<RunningGateway::Path> GatewayProcess::paths(const std::optional<Key>& chat_id) {
  std::vector<Path> found;
  for (const PathStatus& path : paths_.list(chat_id)) {
    found.push_back({{path.chat_id, path.peer}, describe(path), path.connections});
  }
  return found;
}

}  // namespace ngcshare::test
