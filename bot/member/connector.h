// The member's side: keeps the offers of gateways, decides which of them the user wants, and opens
// local ports for these.
#pragma once

#include <asio/ip/address.hpp>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "bot/base/output.h"
#include "bot/member/local_ports.h"
#include "bot/member/tcp_listener.h"
#include "bot/member/udp_listener.h"
#include "bot/peers/session_hub.h"
#include "bot/services/wanted_service.h"
#include "storage/stores/pin_store.h"

namespace ngcshare {

class Connector : public OfferUser {
 public:
  struct Config {
    std::vector<WantedService> wanted;
    bool all = false;        // use every service that is offered
    bool only_list = false;  // use none, only list them
    asio::ip::address bind_address;
  };
  // Called with a one-line reason when a port that the user asked for could not be bound.
  using PortInUse = std::function<void(const std::string& why)>;

  // All references must outlive the connector.
  Connector(SessionHub& hub, storage::PinStore& pins, const Output& output, Config config,
            PortInUse on_port_in_use);
  ~Connector() override;

  // Returns the names of wanted services that have no local port now.
  std::vector<std::string> missing() const;
  // Returns the offers as a table for a person.
  std::string table() const;
  bool offers_from(const Key& gateway) const;
  size_t offer_count() const { return services_.size(); }

  // OfferUser
  void on_offer(Peer& peer, const Offer& offer) override;
  void on_offer_gone(Peer& peer, const Offer& offer, KillReason reason) override;
  void on_presence(Peer& peer, bool present) override;

 private:
  // A gateway and the name of one of its Offers, which stay the same across restarts. A gateway is
  // looked up in the hub when it is needed, because peers come and go.
  struct ServiceId {
    storage::Person gateway;
    std::string name;

    auto operator<=>(const ServiceId&) const = default;
  };
  struct Service {
    Offer offer;
    bool chosen = false;
    uint16_t port = 0;  // 0 if not open
    std::unique_ptr<TcpListener> tcp;
    std::unique_ptr<UdpListener> udp;
  };
  const WantedService* wanted(const Key& gateway, std::string_view name) const;
  bool chooses(const ServiceId& id);
  void choose_further_ports(const ServiceId& first);
  bool trusts(const ServiceId& id, const WantedService* wanted);
  void open_ports(const ServiceId& id, Service& service);
  // Closes the local ports, if open, and prints the event `closed` with `text` for people, which is
  // empty where the caller prints a line of its own.
  void close_ports(const ServiceId& id, Service& service, KillReason reason,
                   const std::string& text = "");
  std::optional<BoundPorts> choose_ports(const ServiceId& id, const Service& service);
  std::shared_ptr<Mapping> open_mapping(const ServiceId& id, Transport transport,
                                        MappingSink& sink);
  void mention_base_mode(const ServiceId& id);
  void remember(const ServiceId& id, uint16_t port);
  static nlohmann::json event_of(const char* event, const ServiceId& id, const Offer& offer);
  std::string local_address(uint16_t port) const;

  SessionHub& hub_;
  storage::PinStore& pins_;
  const Output& output_;
  const Config config_;
  PortInUse on_port_in_use_;
  std::map<ServiceId, Service> services_;
  std::set<ServiceId> warned_;                // untrusted offers that the user was warned of
  std::map<ServiceId, uint16_t> last_ports_;  // local ports used in this run
  bool base_mode_mentioned_ = false;
};

}  // namespace ngcshare
