#include "bot/member/connector.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "bot/base/log.h"
#include "bot/base/numbers.h"
#include "bot/base/printable.h"
#include "bot/base/units.h"
#include "bot/member/offer_words.h"
#include "bot/services/ports.h"
#include "bot/services/share_syntax.h"
#include "protocol/base/text.h"
#include "storage/stores/pin_store.h"

namespace ngcshare {
namespace {

// Returns why an offer is gone, for a person.
std::string why_gone(const Key& gateway, KillReason reason) {
  const std::string who = "gateway " + short_key(gateway);
  switch (reason) {
    case KillReason::kDenied:
      return who + " no longer lets you use it";
    case KillReason::kWithdrawn:
      return who + " has turned it off or stopped sharing it";
    case KillReason::kPeerLeft:
      return who + " went offline";
    case KillReason::kTimeout:
      return who + " did not answer";
    case KillReason::kShutdown:
      return who + " was shut down";
    case KillReason::kRestarted:
      return who + " was restarted";
    default:
      return who + " has ended it (" + std::string(to_string(reason)) + ")";
  }
}

std::vector<std::string> names_in(const std::vector<WantedService>& wanted) {
  std::vector<std::string> names;
  for (const WantedService& one : wanted) names.push_back(one.name);
  return names;
}

}  // namespace

Connector::Connector(SessionHub& hub, Pins& pins, const Output& output, Config config,
                     PortInUse on_port_in_use)
    : hub_(hub),
      pins_(pins),
      keeper_(pins, hub.entropy()),
      output_(output),
      news_(hub.loop(), output),
      asked_news_(hub.loop(), output, OfferNews::kAskedRates),
      config_(std::move(config)),
      on_port_in_use_(std::move(on_port_in_use)),
      lookalikes_(names_in(config_.wanted)),
      opening_timer_(hub.loop()) {}

Connector::~Connector() = default;

nlohmann::json Connector::event_of(const char* event, const ServiceId& id, const Offer& offer) {
  return {{"event", event},
          {"service", id.name},
          {"gateway", to_hex(id.gateway.key)},
          {"tcp", offer.transports.tcp},
          {"udp", offer.transports.udp},
          {"port", offer.suggested_port},
          {"state", to_string(state_of(offer))},
          {"description", description_of(offer)}};
}

void Connector::say(const ServiceId& id, const Service& service, const nlohmann::json& event,
                    const std::string& line) {
  const bool asked = service.chosen && standing(id) != Standing::kUnknown;
  (asked ? asked_news_ : news_).say(event, line);
}

const WantedService* Connector::wanted(const Key& gateway, std::string_view name) const {
  const std::string key = to_hex(gateway);
  for (const WantedService& wanted : config_.wanted) {
    if (wanted.name == name && key.starts_with(wanted.gateway_prefix)) return &wanted;
  }
  return nullptr;
}

std::string Connector::local_address(uint16_t port) const {
  if (port == 0) return "-";
  const bool v6 = config_.bind_address.is_v6();
  const std::string host = config_.bind_address.to_string();
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

// -- offers -----------------------------------------------------------------------------

void Connector::on_offer(Peer& peer, const Offer& offer) {
  const ServiceId id{peer.person(), offer.name};
  const bool known = services_.contains(id);
  Service& service = services_[id];
  const bool same_ports = known && service.offer.transports == offer.transports;
  const ServiceState state_before = state_of(service.offer);
  service.offer = offer;
  service.chosen = chooses(id);
  say(id, service, event_of("offer", id, offer),
      service.chosen || known || config_.all || config_.only_list
          ? ""
          : "also available: " + printable(offer.name) + " (" +
                describe(offer.transports, offer.suggested_port) + ") at gateway " +
                trusted_digits(peer.key) +
                (is_visible_utf8(offer.name)
                     ? "; to use it, add its name to the command, or use --all"
                     : "; it is never used, because its name has characters that cannot be seen"));
  warn_of_lookalike(id);
  if (same_ports && service.port != 0) return mention_state(id, service, state_before);
  if (service.port != 0) {
    close_ports(id, service, KillReason::kWithdrawn);
    // The connections that were closed may have used the offer up; then its end is reported next.
    if (!peer.session->hears_offer(offer.id)) return;
  }
  if (!service.chosen) return;
  choose_further_ports(id);
  open_ports(id);
}

// Returns true for a trusted offer that is wanted by its own name or is a further port of a chosen
// service.
bool Connector::chooses(const ServiceId& id) {
  if (config_.only_list || !is_visible_utf8(id.name)) return false;
  const WantedService* const asked = wanted(id.gateway.key, id.name);
  if (config_.all || asked != nullptr) return trusts(id, asked);
  const std::string_view service = service_in_offer_name(id.name);
  const auto first = services_.find({id.gateway, std::string(service)});
  return service != id.name && first != services_.end() && first->second.chosen &&
         trusts(id, wanted(id.gateway.key, service));
}

// Chooses the further ports of a service whose offers came before that of its first port.
void Connector::choose_further_ports(const ServiceId& first) {
  for (auto& [id, service] : services_) {
    const bool further = id.gateway == first.gateway && id.name != first.name && !service.chosen &&
                         service_in_offer_name(id.name) == first.name;
    if (further && chooses(id)) service.chosen = true;
  }
}

// Returns the pin by which the name belongs to another gateway, or nullptr. A name, and with it all
// ports of the service, belongs to the gateway that was first used for it.
const storage::PinRecord* Connector::other_owner(const ServiceId& id) const {
  const auto& [gateway, name] = id;
  for (const std::string_view owned : {service_in_offer_name(name), std::string_view(name)}) {
    const storage::PinRecord* const pin = pins_.find(gateway.chat_id, owned);
    if (pin != nullptr && pin->gateway_key != gateway.key) return pin;
  }
  return nullptr;
}

// Returns true if the gateway may offer that name: if no other one owns it, or the user named this
// one by its key.
bool Connector::trusts(const ServiceId& id, const WantedService* wanted) {
  const storage::PinRecord* const owner = other_owner(id);
  if (owner == nullptr) return true;
  const bool named = wanted != nullptr && !wanted->gateway_prefix.empty();
  if (warned_.size() >= kMostWarned) warned_.clear();
  if (warned_.insert(id).second) say_who_owns(id, *owner, named);
  return named;
}

void Connector::say_who_owns(const ServiceId& id, const storage::PinRecord& owner, bool named) {
  const std::string name = printable(id.name);
  const std::string digits = trusted_digits(id.gateway.key);
  const std::string used = trusted_digits(owner.gateway_key) + ", which was first used for it on " +
                           format_time(owner.first_seen);
  nlohmann::json event = {{"event", named ? "named_gateway" : "untrusted_gateway"},
                          {"service", id.name},
                          {"gateway", to_hex(id.gateway.key)},
                          {"trusted_gateway", to_hex(owner.gateway_key)}};
  std::string text;
  if (!named) {
    text = "warning: a second gateway (" + digits + ") also offers " + name + "; staying with " +
           used + ". To use the second one this time, ask for " + name + "@" + digits;
  } else if (config_.trust) {
    text = name + " belongs to gateway " + digits + " from now on, instead of " + used;
  } else {
    text = name + " is used from gateway " + digits + " this time; without its key it stays with " +
           used + ". To change that, add --trust";
  }
  if (named) {
    event["from_now_on"] = config_.trust;
    output_.say(event, text);
  } else {
    news_.say(event, text);
  }
}

void Connector::warn_of_lookalike(const ServiceId& id) {
  const auto twin = lookalikes_.add(id.gateway.key, id.name);
  if (!twin) return;
  news_.say({{"event", "lookalike"},
             {"service", id.name},
             {"gateway", to_hex(id.gateway.key)},
             {"looks_like", twin->name}},
            "warning: gateway " + trusted_digits(id.gateway.key) + " offers \"" +
                printable(id.name) + "\", which is not \"" + printable(twin->name) + "\"" +
                (twin->gateway ? " of gateway " + trusted_digits(*twin->gateway)
                               : ", for which you asked") +
                ", but looks like it");
}

void Connector::on_offer_gone(Peer& peer, const Offer& offer, KillReason reason) {
  const auto found = services_.find({peer.person(), offer.name});
  if (found == services_.end() || found->second.offer.id != offer.id) return;
  const bool was_open = found->second.port != 0;
  close_ports(found->first, found->second, reason);
  auto event = event_of("withdrawn", found->first, offer);
  event["reason"] = to_string(reason);
  // A service that was never wanted goes without a line.
  say(found->first, found->second, event,
      !found->second.chosen ? ""
                            : offer.name + " is not available now: " + why_gone(peer.key, reason) +
                                  (was_open ? "; its local port is closed until it is back" : ""));
  lookalikes_.remove(peer.key, offer.name);
  services_.erase(found);
}

void Connector::on_presence(Peer& peer, bool present) {
  for (auto& [id, service] : services_) {
    if (id.gateway != peer.person() || !service.chosen) continue;
    if (!present) service.waits = false;
    if (!present && service.port != 0) {
      close_ports(id, service, KillReason::kTimeout,
                  id.name + " is not available now: the connection to gateway " +
                      short_key(id.gateway.key) +
                      " is lost; its local port is closed until it is back");
    }
    if (!present || service.port != 0) continue;
    service.chosen = chooses(id);  // the name may belong to another gateway meanwhile
    if (service.chosen) open_ports(id);
  }
}

bool Connector::offers_from(const Key& gateway) const {
  return std::any_of(services_.begin(), services_.end(),
                     [&](const auto& entry) { return entry.first.gateway.key == gateway; });
}

}  // namespace ngcshare
