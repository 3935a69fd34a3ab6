#include "bot/member/connector.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "bot/base/log.h"
#include "bot/base/numbers.h"
#include "bot/base/unix_time.h"
#include "bot/services/ports.h"
#include "bot/services/share_syntax.h"
#include "protocol/base/text.h"

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

}  // namespace

Connector::Connector(SessionHub& hub, storage::PinStore& pins, const Output& output, Config config,
                     PortInUse on_port_in_use)
    : hub_(hub),
      pins_(pins),
      output_(output),
      config_(std::move(config)),
      on_port_in_use_(std::move(on_port_in_use)) {}

Connector::~Connector() = default;

nlohmann::json Connector::event_of(const char* event, const ServiceId& id, const Offer& offer) {
  return {{"event", event},
          {"service", id.name},
          {"gateway", to_hex(id.gateway.key)},
          {"tcp", offer.transports.tcp},
          {"udp", offer.transports.udp},
          {"port", offer.suggested_port}};
}

const WantedService* Connector::wanted(const Key& gateway, std::string_view name) const {
  const std::string key = to_hex(gateway);
  for (const WantedService& wanted : config_.wanted) {
    if (wanted.name == name && key.starts_with(wanted.gateway_prefix)) return &wanted;
  }
  return nullptr;
}

std::vector<std::string> Connector::missing() const {
  std::vector<std::string> names;
  for (const WantedService& wanted : config_.wanted) {
    const bool offered = std::any_of(services_.begin(), services_.end(), [&](const auto& entry) {
      return this->wanted(entry.first.gateway.key, entry.first.name) == &wanted &&
             entry.second.port != 0;
    });
    if (!offered) names.push_back(wanted.name);
  }
  return names;
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
  service.offer = offer;
  service.chosen = chooses(id);
  output_.say(event_of("offer", id, offer),
              service.chosen || known || config_.all || config_.only_list
                  ? ""
                  : "also available: " + offer.name + " (" +
                        describe(offer.transports, offer.suggested_port) + ") at gateway " +
                        short_key(peer.key) +
                        "; to use it, add its name to the command, or use --all");
  if (same_ports && service.port != 0) return;
  if (service.port != 0) {
    close_ports(id, service, KillReason::kWithdrawn);
    // The connections that were closed may have used the offer up; then its end is reported next.
    if (!peer.session->hears_offer(offer.id)) return;
  }
  if (!service.chosen) return;
  open_ports(id, service);
  choose_further_ports(id);
}

// Returns true for a trusted offer that is wanted by its own name or is a further port of a chosen
// service.
bool Connector::chooses(const ServiceId& id) {
  if (config_.only_list) return false;
  const WantedService* const asked = wanted(id.gateway.key, id.name);
  if (config_.all || asked != nullptr) return trusts(id, asked);
  const std::string_view service = service_in_offer_name(id.name);
  const auto first = services_.find({id.gateway, std::string(service)});
  return service != id.name && first != services_.end() && first->second.chosen &&
         trusts(id, wanted(id.gateway.key, service));
}

// Opens the further ports of a service whose offers came before that of its first port.
void Connector::choose_further_ports(const ServiceId& first) {
  for (auto& [id, service] : services_) {
    const bool further = id.gateway == first.gateway && id.name != first.name && !service.chosen &&
                         service_in_offer_name(id.name) == first.name;
    if (!further || !chooses(id)) continue;
    service.chosen = true;
    open_ports(id, service);
  }
}

// Returns true if the gateway may offer that name. A name, and with it all ports of the service,
// belongs to the gateway that was used first for it; another one is used only if the user gives its
// key.
bool Connector::trusts(const ServiceId& id, const WantedService* wanted) {
  const auto& [gateway, name] = id;
  auto pin = pins_.find(gateway.chat_id, std::string(service_in_offer_name(name)));
  if (!pin || pin->gateway_key == gateway.key) pin = pins_.find(gateway.chat_id, name);
  if (!pin || pin->gateway_key == gateway.key) return true;
  if (wanted != nullptr && !wanted->gateway_prefix.empty()) return true;
  if (warned_.insert(id).second) {
    const std::string warning = "a second gateway (" + short_key(gateway.key) + ") also offers " +
                                name + "; staying with " + short_key(pin->gateway_key) +
                                ". To switch, use " + name + "@" +
                                to_hex(gateway.key).substr(0, 16);
    output_.say({{"event", "untrusted_gateway"},
                 {"service", name},
                 {"gateway", to_hex(gateway.key)},
                 {"trusted_gateway", to_hex(pin->gateway_key)}},
                "warning: " + warning);
  }
  return false;
}

void Connector::on_offer_gone(Peer& peer, const Offer& offer, KillReason reason) {
  const auto found = services_.find({peer.person(), offer.name});
  if (found == services_.end() || found->second.offer.id != offer.id) return;
  const bool was_open = found->second.port != 0;
  close_ports(found->first, found->second, reason);
  auto event = event_of("withdrawn", found->first, offer);
  event["reason"] = to_string(reason);
  // A service that was never wanted goes without a line.
  output_.say(event, !found->second.chosen
                         ? ""
                         : offer.name + " is not available now: " + why_gone(peer.key, reason) +
                               (was_open ? "; its local port is closed until it is back" : ""));
  services_.erase(found);
}

void Connector::on_presence(Peer& peer, bool present) {
  for (auto& [id, service] : services_) {
    if (id.gateway != peer.person() || !service.chosen) continue;
    if (!present && service.port != 0) {
      close_ports(id, service, KillReason::kTimeout,
                  id.name + " is not available now: the connection to gateway " +
                      short_key(id.gateway.key) +
                      " is lost; its local port is closed until it is back");
    }
    if (present && service.port == 0) open_ports(id, service);
  }
}

// -- ports ------------------------------------------------------------------------------

std::optional<BoundPorts> Connector::choose_ports(const ServiceId& id, const Service& service) {
  const TransportSet transports = service.offer.transports;
  const WantedService* const asked = wanted(id.gateway.key, id.name);
  asio::error_code error;
  if (asked != nullptr && asked->local_port) {
    auto bound =
        bind_ports(hub_.loop(), config_.bind_address, *asked->local_port, transports, error);
    if (!bound) {
      on_port_in_use_("cannot listen on " + local_address(*asked->local_port) + ": " +
                      error.message() + "; choose another port with " + id.name + "=PORT");
    }
    return bound;
  }
  uint16_t preferred = service.offer.suggested_port;
  const auto pin = pins_.find(id.gateway.chat_id, id.name);
  if (pin && pin->gateway_key == id.gateway.key && pin->local_port) preferred = *pin->local_port;
  if (const auto last = last_ports_.find(id); last != last_ports_.end()) preferred = last->second;
  auto bound = bind_near(hub_.loop(), config_.bind_address, preferred, transports, error);
  if (!bound) {
    log_error("local.no_port", "cannot open a local port for {service}: {error}",
              Field{"service", id.name}, Field{"error", error.message()});
  }
  return bound;
}

std::shared_ptr<Mapping> Connector::open_mapping(const ServiceId& id, Transport transport,
                                                 MappingSink& sink) {
  const auto found = services_.find(id);
  const Peer* const peer = hub_.find(id.gateway);
  if (found == services_.end() || peer == nullptr) return nullptr;
  PeerSession& session = *peer->session;
  Mapping* const mapping = session.open(found->second.offer.id, transport, sink, hub_.now());
  hub_.rearm(session);
  return mapping == nullptr ? nullptr : mapping->shared_from_this();
}

void Connector::open_ports(const ServiceId& id, Service& service) {
  auto bound = choose_ports(id, service);
  if (!bound) return;
  service.port = bound->port;
  last_ports_[id] = bound->port;
  if (bound->tcp) {
    service.tcp = std::make_unique<TcpListener>(
        std::move(*bound->tcp), hub_.memory(), hub_.descriptors(),
        [this, id](MappingSink& sink) { return open_mapping(id, Transport::kTcp, sink); });
  }
  if (bound->udp) {
    service.udp = std::make_unique<UdpListener>(
        std::move(*bound->udp),
        [this, id](MappingSink& sink) { return open_mapping(id, Transport::kUdp, sink); });
  }
  remember(id, bound->port);

  auto event = event_of("listening", id, service.offer);
  event["local"] = local_address(bound->port);
  event["local_port"] = bound->port;
  event["transport"] = service.offer.transports.tcp ? "tcp" : "udp";
  if (service.offer.transports.tcp && service.offer.transports.udp) event["transport"] = "both";
  const bool moved = bound->port != service.offer.suggested_port;
  output_.say(event, id.name + " is ready: " + local_address(bound->port) +
                         (moved ? " (its usual port is " +
                                      std::to_string(service.offer.suggested_port) + ")"
                                : ""));
  if (service.offer.transports.tcp) mention_base_mode(id);
}

void Connector::mention_base_mode(const ServiceId& id) {
  const Peer* const peer = hub_.find(id.gateway);
  if (peer == nullptr || peer->session->expects_link()) return;
  if (std::exchange(base_mode_mentioned_, true)) return;
  output_.say({{"event", "base_mode"}},
              "note: tcp runs in base mode, which is slow and can corrupt data when the path loses "
              "packets; verify what you download");
}

void Connector::close_ports(const ServiceId& id, Service& service, KillReason reason,
                            const std::string& text) {
  if (service.port == 0) return;
  service.tcp.reset();
  service.udp.reset();
  service.port = 0;
  auto event = event_of("closed", id, service.offer);
  event["reason"] = to_string(reason);
  output_.say(event, text);
}

void Connector::remember(const ServiceId& id, uint16_t port) {
  auto pin = pins_.find(id.gateway.chat_id, id.name);
  if (!pin || pin->gateway_key != id.gateway.key) {
    pin = storage::PinRecord{id.gateway.chat_id, id.name, id.gateway.key, {}, unix_seconds()};
  }
  if (pin->local_port == port) return;
  pin->local_port = port;
  pins_.put(*pin);
}

bool Connector::offers_from(const Key& gateway) const {
  return std::any_of(services_.begin(), services_.end(),
                     [&](const auto& entry) { return entry.first.gateway.key == gateway; });
}

std::string Connector::table() const {
  std::string text;
  const auto add_row = [&text](const std::string& name, const std::string& from,
                               const std::string& what, const std::string& local) {
    const auto padded = [](std::string cell, size_t width) {
      cell.resize(std::max(width, cell.size()), ' ');
      return cell + "  ";
    };
    text += padded(name, 20) + padded(from, 10) + padded(what, 14) + local + "\n";
  };
  add_row("SERVICE", "FROM", "PORT", "LOCAL ADDRESS");
  for (const auto& [id, service] : services_) {
    add_row(id.name, short_key(id.gateway.key),
            describe(service.offer.transports, service.offer.suggested_port),
            local_address(service.port));
  }
  return text;
}

}  // namespace ngcshare
