// Connector: the local ports.
#include <algorithm>
#include <asio/post.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <utility>

#include "bot/base/log.h"
#include "bot/member/connector.h"
#include "bot/services/ports.h"
#include "storage/stores/pin_store.h"

namespace ngcshare {

Standing Connector::standing(const ServiceId& id) const {
  const Key& key = id.gateway.key;
  if (wanted(key, id.name) != nullptr || wanted(key, service_in_offer_name(id.name)) != nullptr) {
    return Standing::kNamed;
  }
  const std::string digits = to_hex(key);
  const bool named =
      std::any_of(config_.wanted.begin(), config_.wanted.end(), [&](const WantedService& one) {
        return !one.gateway_prefix.empty() && digits.starts_with(one.gateway_prefix);
      });
  return named || pins_.is_known(id.gateway) ? Standing::kKnown : Standing::kUnknown;
}

// Returns the chosen services whose local ports keep their distances from that of `id`, the one of
// the service's first port in front; only `id` if its port is independent or cannot keep one.
std::vector<Connector::Entry*> Connector::block_of(const ServiceId& id) {
  const auto is_independent = [this](const Entry& entry) {
    const auto& [other, service] = entry;
    const WantedService* const asked = wanted(other.gateway.key, other.name);
    const bool further = other.name != service_in_offer_name(other.name);
    return service.alone || service.offer.suggested_port == 0 ||
           (further && asked != nullptr && asked->local_port);
  };
  Entry& self = *services_.find(id);
  if (is_independent(self)) return {&self};
  std::vector<Entry*> block;
  for (auto entry = services_.lower_bound({id.gateway, {}}); entry != services_.end(); ++entry) {
    if (entry->first.gateway != id.gateway) break;
    const bool same = service_in_offer_name(entry->first.name) == service_in_offer_name(id.name);
    if (same && entry->second.chosen && !is_independent(*entry)) block.push_back(&*entry);
  }
  part_what_cannot_fit(block, standing(id));
  if (self.second.alone) return {&self};
  return block;
}

// Makes ports independent that are at the distance of another one, or farther from it than local
// ports can be. Those stay that are open, then the first ones.
void Connector::part_what_cannot_fit(std::vector<Entry*>& block, Standing standing) {
  const int most = PortKeeper::kLastUnknownPort - PortKeeper::lowest_port(standing);
  std::vector<const Entry*> fit;
  const auto fits = [&](const Entry& entry) {
    const Offer& one = entry.second.offer;
    return std::all_of(fit.begin(), fit.end(), [&](const Entry* other) {
      const Offer& two = other->second.offer;
      const bool share =
          (one.transports.tcp && two.transports.tcp) || (one.transports.udp && two.transports.udp);
      const int distance = std::abs(one.suggested_port - two.suggested_port);
      return distance <= most && (distance != 0 || !share);
    });
  };
  for (const bool open : {true, false}) {
    for (Entry* const entry : block) {
      if ((entry->second.port != 0) != open) continue;
      entry->second.alone = !fits(*entry);
      if (!entry->second.alone) fit.push_back(entry);
    }
  }
  std::erase_if(block, [](const Entry* entry) { return entry->second.alone; });
}

// Opens the port of `id`, and the closed ports of its service that may be open too.
void Connector::open_ports(const ServiceId& id) {
  open_port(*services_.find(id));
  for (auto entry = services_.lower_bound({id.gateway, {}}); entry != services_.end(); ++entry) {
    if (entry->first.gateway != id.gateway) break;
    const bool same = service_in_offer_name(entry->first.name) == service_in_offer_name(id.name);
    const bool closed = entry->first != id && entry->second.chosen && entry->second.port == 0;
    if (same && closed) open_port(*entry);
  }
}

// Opens the closed ports of a block together. Moves open ones if the distances require it, and
// opens `self` by itself if they cannot be kept. Has no effect if its gateway may open none now.
void Connector::open_port(Entry& self) {
  if (self.second.port != 0 || !may_open(self)) return;
  std::vector<Entry*> block = block_of(self.first);
  if (!self.second.alone) {
    if (open_block(block)) return;
    std::erase(block, &self);
    if (!open_block(block)) {
      for (Entry* const other : block) {
        if (other->second.port == 0) open_alone(*other);
      }
    }
  }
  open_alone(self);
}

void Connector::open_alone(Entry& entry) {
  auto& [id, service] = entry;
  service.alone = true;
  if (standing(id) != Standing::kUnknown) {
    say(id, service, event_of("distance", id, service.offer),
        "note: " + id.name +
            " gets a local port of its own, because the one at its distance from the "
            "first port of the service is not free");
  }
  open_block({&entry});
}

// Opens the closed ones of the block, as many as may be open. Returns false if they can be nowhere,
// which is not so if it has one port only. A stranger's open ports stay where they are, because its
// offers must not cost much; the others are moved to where all of them can be.
bool Connector::open_block(const std::vector<Entry*>& block) {
  std::vector<Entry*> closed;
  std::copy_if(block.begin(), block.end(), std::back_inserter(closed),
               [](const Entry* entry) { return entry->second.port == 0; });
  if (closed.empty()) return true;
  Entry& first = *block.front();
  const Standing trust = standing(first.first);
  if (trust == Standing::kUnknown && closed.size() + unknown_open_ > kMostUnknown) {
    if (unknown_open_ >= kMostUnknown) return true;
    closed.resize(kMostUnknown - unknown_open_);
  }
  const WantedService* const asked = wanted(first.first.gateway.key, first.first.name);
  const auto asked_port = asked == nullptr ? std::nullopt : asked->local_port;
  asio::error_code error;
  const PortBlock where = keeper_.block_for(first.first, first.second.offer.suggested_port, trust,
                                            asked_port, taken_by_others(block, asked));
  const auto open = trust == Standing::kUnknown
                        ? std::find_if(block.begin(), block.end(),
                                       [](const Entry* entry) { return entry->second.port != 0; })
                        : block.begin();
  if (open != block.end() && (*open)->second.port != 0) {
    PortBlock here = where;
    here.choices = {(*open)->second.port};
    here.searches = false;
    if (bind(closed, here, **open, error)) return true;
    if (asked_port || trust == Standing::kUnknown) return false;
  }
  for (Entry* const entry : block) {
    close_ports(entry->first, entry->second, KillReason::kWithdrawn,
                entry->first.name + " moves to another local port, so that the ports of the " +
                    "service keep their distances");
  }
  if (bind(trust == Standing::kUnknown ? closed : block, where, first, error)) return true;
  if (block.size() > 1) return false;
  report_no_port(first.first.name, asked_port, error);
  return true;
}

void Connector::report_no_port(const std::string& service, std::optional<uint16_t> asked,
                               const asio::error_code& error) {
  if (asked) {
    on_port_in_use_("cannot listen on " + local_address(*asked) + ": " + error.message() +
                    "; choose another port with " + service + "=PORT");
  } else {
    log_error("local.no_port", "cannot open a local port for {service}: {error}",
              Field{"service", service}, Field{"error", error.message()});
  }
}

// Returns the ports of services that are not in the block, and those that the user asked for them.
// `asked` is what the user typed for the block's first port.
std::set<uint16_t> Connector::taken_by_others(const std::vector<Entry*>& block,
                                              const WantedService* asked) const {
  std::set<uint16_t> taken;
  for (const Entry& entry : services_) taken.insert(entry.second.port);
  for (const Entry* const entry : block) taken.erase(entry->second.port);
  for (const WantedService& one : config_.wanted) {
    if (one.local_port && &one != asked) taken.insert(*one.local_port);
  }
  return taken;
}

bool Connector::bind(const std::vector<Entry*>& entries, PortBlock where, const Entry& first,
                     asio::error_code& error) {
  for (const Entry* const entry : entries) {
    where.ports.push_back({entry->second.offer.suggested_port - first.second.offer.suggested_port,
                           entry->second.offer.transports});
  }
  auto bound = bind_block(hub_.loop(), config_.bind_address, where, error);
  if (!bound) return false;
  for (size_t i = 0; i < entries.size(); ++i) {
    listen(entries[i]->first, entries[i]->second, std::move((*bound)[i]));
  }
  return true;
}

// Returns true if a port of the gateway may be opened now. Otherwise it is opened later, or never.
bool Connector::may_open(Entry& entry) {
  auto& [id, service] = entry;
  service.waits = !openings_.allows(id.gateway, hub_.now());
  if (service.waits) wait_for_budget();
  return !service.waits && (standing(id) != Standing::kUnknown || may_open_unknown());
}

void Connector::wait_for_budget() {
  if (std::exchange(opening_timer_runs_, true)) return;
  opening_timer_.expires_after(kOpeningWait);
  opening_timer_.async_wait([this, alive = std::weak_ptr(alive_)](const asio::error_code& error) {
    if (error || alive.expired()) return;
    opening_timer_runs_ = false;
    open_waiting();
  });
}

void Connector::open_waiting() {
  for (auto& [id, service] : services_) {
    if (!std::exchange(service.waits, false) || service.port != 0) continue;
    service.chosen = chooses(id);  // the name may belong to another gateway meanwhile
    if (service.chosen) open_ports(id);
  }
}

// Bounded, because any number of strangers may offer.
bool Connector::may_open_unknown() {
  if (unknown_open_ < kMostUnknown) return true;
  if (!std::exchange(too_many_mentioned_, true)) {
    log_warn("local.too_many",
             "{limit} services of gateways that you have not named are open; further ones are not "
             "used: name those that you need",
             Field{"limit", kMostUnknown});
  }
  return false;
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

void Connector::listen(const ServiceId& id, Service& service, BoundPorts bound) {
  openings_.spend(id.gateway, hub_.now());
  service.port = bound.port;
  service.waits = false;
  service.unknown = standing(id) == Standing::kUnknown;
  if (service.unknown) ++unknown_open_;
  if (bound.tcp) {
    service.tcp = std::make_unique<TcpListener>(
        std::move(*bound.tcp), hub_.descriptors(),
        [this, id](MappingSink& sink) { return open_mapping(id, Transport::kTcp, sink); },
        [this, id](asio::ip::tcp::socket& socket) { return is_own_target(id, socket); });
  }
  if (bound.udp) {
    service.udp = std::make_unique<UdpListener>(
        std::move(*bound.udp),
        [this, id](MappingSink& sink) { return open_mapping(id, Transport::kUdp, sink); },
        [this, id](const DatagramTrace& trace) { return is_own_target(id, trace); });
  }
  const std::string_view first_name = service_in_offer_name(id.name);
  const storage::PinRecord* const first = pins_.find(id.gateway.chat_id, first_name);
  const bool follows = first_name != id.name && !service.alone && first != nullptr &&
                       first->gateway_key == id.gateway.key;
  // A name that was chosen from another gateway for this time only stays with its owner.
  const bool is_owner = config_.trust || other_owner(id) == nullptr;
  const bool typed = wanted(id.gateway.key, id.name) != nullptr;
  if (!follows) keeper_.opened(id, bound.port, typed, is_owner);

  auto event = event_of("listening", id, service.offer);
  event["local"] = local_address(bound.port);
  event["local_port"] = bound.port;
  event["transport"] = service.offer.transports.tcp ? "tcp" : "udp";
  if (service.offer.transports.tcp && service.offer.transports.udp) event["transport"] = "both";
  const bool moved = bound.port != service.offer.suggested_port;
  const bool has_usual_port = service.offer.suggested_port != 0;
  say(id, service, event,
      id.name + " is ready: " + local_address(bound.port) +
          (moved && has_usual_port
               ? " (its usual port is " + std::to_string(service.offer.suggested_port) + ")"
               : ""));
  mention_state(id, service, ServiceState::kUp);
  if (service.offer.transports.tcp) mention_base_mode(id);
  if (service.unknown && moved) mention_unknown(id);
}

void Connector::mention_unknown(const ServiceId& id) {
  if (std::exchange(unknown_mentioned_, true)) return;
  output_.say({{"event", "unknown_gateway"}, {"gateway", to_hex(id.gateway.key)}},
              "note: with --all, services of a gateway from which you have named none get local "
              "ports from " +
                  std::to_string(PortKeeper::kFirstUnknownPort) +
                  " up, because anybody in the group may offer one; name a service once, and its "
                  "gateway may use the usual ports");
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
  service.alone = false;
  if (std::exchange(service.unknown, false)) --unknown_open_;
  keeper_.closed(id);
  auto event = event_of("closed", id, service.offer);
  event["reason"] = to_string(reason);
  say(id, service, event, text);
}

// -- a gateway on this machine --------------------------------------------------------------

// Returns true if the gateway made this connection or sent this datagram because of the service's
// own offer: it looks for the service at the port where we listen.
template <typename Marked>
bool Connector::is_own_target(const ServiceId& id, Marked& marked) {
  const auto found = services_.find(id);
  if (found == services_.end() || !DialMark(found->second.offer.id).is_on(marked)) return false;
  asio::post(hub_.loop(), [this, id, port = found->second.port, alive = std::weak_ptr(alive_)] {
    if (!alive.expired()) leave_target_port(id, port);
  });
  return true;
}

// Frees the port, so that the service itself can start there.
void Connector::leave_target_port(const ServiceId& id, uint16_t port) {
  const auto found = services_.find(id);
  if (found == services_.end() || found->second.port != port) return;
  Service& service = found->second;
  auto event = event_of("own_target", id, service.offer);
  event["local_port"] = port;
  output_.say(event, "warning: " + id.name + " does not run: its gateway is on this machine and " +
                         "looks for it at port " + std::to_string(port) +
                         ", which was its local port here; it gets another local port");
  keeper_.avoid(port);
  for (Entry* const entry : block_of(id)) {
    close_ports(entry->first, entry->second, KillReason::kWithdrawn);
  }
  const WantedService* const asked = wanted(id.gateway.key, id.name);
  if (asked != nullptr && asked->local_port == port) {
    on_port_in_use_("port " + std::to_string(port) +
                    " of this machine is where the gateway looks " + "for " + id.name +
                    "; choose another local port with " + id.name + "=PORT");
    return;
  }
  open_ports(id);
}

}  // namespace ngcshare
