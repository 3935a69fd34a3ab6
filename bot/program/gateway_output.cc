#include "bot/program/gateway_output.h"

#include <nlohmann/json.hpp>

namespace ngcshare {

void print_identity(const Output& output, const std::string& tox_id) {
  output.say({{"event", "identity"}, {"tox_id", tox_id}}, "Tox ID:  " + tox_id);
}

void print_services(const Output& output, const Gateway& gateway) {
  for (const auto& shown : gateway.list(std::nullopt)) {
    const storage::ServiceRecord& record = shown.record;
    const auto& ports = record.ports.front();
    output.say(
        {{"event", "service"},
         {"service", record.name},
         {"host", record.host},
         {"port", ports.first},
         {"tcp", ports.tcp},
         {"udp", ports.udp}},
        "Sharing: " + record.name + " (" + describe(record.ports) + " at " + record.host + ")");
  }
}

void print_claim_token(const Output& output, const std::string& token) {
  output.say(
      {{"event", "claim_token"}, {"token", token}},
      "Owner:   none yet. To become the owner, send the bot this private message within an hour: "
      "claim " +
          token + "\n         On this machine no token is needed: use ngcshare ctl");
}

void print_page(const Output& output, const HttpAddress& address) {
  const std::string url = to_url(address);
  output.say({{"event", "page"}, {"url", url}},
             "Page:    " + url + " (ngcshare page shows it with its token)");
}

}  // namespace ngcshare
