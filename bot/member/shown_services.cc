// Connector: what a person sees of the services.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "bot/base/printable.h"
#include "bot/member/connector.h"
#include "bot/member/offer_words.h"
#include "bot/member/service_table.h"
#include "bot/services/share_syntax.h"

namespace ngcshare {
namespace {

std::string waiting_line(const Waiting& waiting, std::span<const std::string> offered) {
  return "waiting for " + waiting.service + ": " + why_it_waits(waiting, offered);
}

}  // namespace

std::vector<const WantedService*> Connector::without_port() const {
  std::vector<const WantedService*> found;
  for (const WantedService& wanted : config_.wanted) {
    const bool open = std::any_of(services_.begin(), services_.end(), [&](const auto& entry) {
      return this->wanted(entry.first.gateway.key, entry.first.name) == &wanted &&
             entry.second.port != 0;
    });
    if (!open) found.push_back(&wanted);
  }
  return found;
}

std::vector<std::string> Connector::missing() const {
  std::vector<std::string> names;
  for (const WantedService* const wanted : without_port()) names.push_back(wanted->name);
  return names;
}

std::vector<std::string> Connector::offered_names() const {
  std::vector<std::string> names;
  for (const auto& [id, service] : services_) names.push_back(id.name);
  return names;
}

Waiting Connector::waiting_of(const WantedService& wanted) const {
  Waiting waiting{wanted.name, wanted.gateway_prefix};
  waiting.is_offered = std::any_of(services_.begin(), services_.end(), [&](const auto& entry) {
    return entry.second.chosen &&
           this->wanted(entry.first.gateway.key, entry.first.name) == &wanted;
  });
  std::string digits = wanted.gateway_prefix;
  const storage::PinRecord* const pin = pins_.find(config_.chat_id, wanted.name);
  if (digits.empty() && pin != nullptr) digits = trusted_digits(pin->gateway_key);
  if (digits.empty()) return waiting;
  bool online = false;
  hub_.for_each_peer([&](Peer& peer) {
    online = online || (peer.session->present() && to_hex(peer.key).starts_with(digits));
  });
  waiting.gateway_digits = digits;
  waiting.gateway = online ? Waiting::Gateway::kOnline : Waiting::Gateway::kOffline;
  return waiting;
}

void Connector::say_what_waits() const {
  const std::vector<std::string> offered = offered_names();
  for (const WantedService* const wanted : without_port()) {
    const Waiting waiting = waiting_of(*wanted);
    output_.say({{"event", "waiting"},
                 {"service", wanted->name},
                 {"reason", why_it_waits(waiting, offered)}},
                waiting_line(waiting, offered));
  }
}

void Connector::mention_state(const ServiceId& id, const Service& service, ServiceState before) {
  const ServiceState now = state_of(service.offer);
  if (now == before) return;
  const std::string name = printable(id.name);
  std::string line;
  if (now == ServiceState::kDown) {
    line = name + " is down: its gateway cannot reach it, so connections fail until it is back";
  } else if (now == ServiceState::kBusy) {
    line = name + " is busy: its gateway admits no more connections at the moment";
  } else {
    line = name + " is up again";
  }
  say(id, service, event_of("state", id, service.offer), line);
}

std::string Connector::table() const {
  std::vector<ServiceRow> rows;
  for (const auto& [id, service] : services_) {
    const Offer& offer = service.offer;
    rows.push_back(
        {printable(id.name), trusted_digits(id.gateway.key),
         describe(offer.transports, offer.suggested_port), std::string(to_string(state_of(offer))),
         config_.only_list ? printable(description_of(offer)) : local_address(service.port)});
  }
  std::string reasons;
  const std::vector<std::string> offered = offered_names();
  for (const WantedService* const wanted : without_port()) {
    const Waiting waiting = waiting_of(*wanted);
    if (waiting.is_offered) continue;  // has a row
    const std::string gateway = waiting.gateway_digits.empty() ? "-" : waiting.gateway_digits;
    rows.push_back({wanted->name, gateway, "-", "waiting", "-"});
    reasons += waiting_line(waiting, offered) + "\n";
  }
  return service_table(rows, config_.only_list ? "DESCRIPTION" : "LOCAL ADDRESS") + reasons;
}

}  // namespace ngcshare
