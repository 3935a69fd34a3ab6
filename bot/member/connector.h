// The member's side: keeps the offers of gateways, decides which of them the user wants, and opens
// local ports for these.
#pragma once

#include <asio/basic_waitable_timer.hpp>
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
#include "bot/base/steady_time.h"
#include "bot/member/local_ports.h"
#include "bot/member/lookalikes.h"
#include "bot/member/offer_news.h"
#include "bot/member/opening_budget.h"
#include "bot/member/pins.h"
#include "bot/member/port_keeper.h"
#include "bot/member/tcp_listener.h"
#include "bot/member/udp_listener.h"
#include "bot/member/waiting.h"
#include "bot/peers/session_hub.h"
#include "bot/services/wanted_service.h"

namespace ngcshare {

class Connector : public OfferUser {
 public:
  struct Config {
    std::vector<WantedService> wanted{};
    bool all = false;        // use every service that is offered
    bool only_list = false;  // use none, only list them
    bool trust = false;      // names belong to the gateways that are wanted by key from now on
    asio::ip::address bind_address{};
    Key chat_id{};  // of the group
  };
  // Open services of gateways that the user does not know, with `all`.
  static constexpr size_t kMostUnknown = 256;
  // Time after which services are tried again that exceed what their gateway may open.
  static constexpr std::chrono::seconds kOpeningWait{1};

  // Called with a one-line reason when a port that the user asked for could not be bound.
  using PortInUse = std::function<void(const std::string& why)>;

  // All references must outlive the connector.
  Connector(SessionHub& hub, Pins& pins, const Output& output, Config config,
            PortInUse on_port_in_use);
  ~Connector() override;

  // Returns the names of wanted services that have no local port now.
  std::vector<std::string> missing() const;
  // Returns the offers, and the wanted services that nobody offers, as a table for a person.
  std::string table() const;
  // Prints the reason for each wanted service that has no local port now.
  void say_what_waits() const;
  bool offers_from(const Key& gateway) const;
  size_t offer_count() const { return services_.size(); }
  // Opens the ports that had to wait, as far as their gateways may open some by now. Called by the
  // timer.
  void open_waiting();

  // OfferUser
  void on_offer(Peer& peer, const Offer& offer) override;
  void on_offer_gone(Peer& peer, const Offer& offer, KillReason reason) override;
  void on_presence(Peer& peer, bool present) override;

 private:
  struct Service {
    Offer offer;
    bool chosen = false;
    uint16_t port = 0;     // 0 if not open
    bool alone = false;    // its port does not keep its distance from the service's first one
    bool unknown = false;  // counts in unknown_open_
    bool waits = false;    // for the OpeningBudget
    std::unique_ptr<TcpListener> tcp;
    std::unique_ptr<UdpListener> udp;
  };
  const WantedService* wanted(const Key& gateway, std::string_view name) const;
  std::vector<const WantedService*> without_port() const;
  Waiting waiting_of(const WantedService& wanted) const;
  std::vector<std::string> offered_names() const;
  void mention_state(const ServiceId& id, const Service& service, ServiceState before);
  bool chooses(const ServiceId& id);
  void choose_further_ports(const ServiceId& first);
  const storage::PinRecord* other_owner(const ServiceId& id) const;
  bool trusts(const ServiceId& id, const WantedService* wanted);
  void say_who_owns(const ServiceId& id, const storage::PinRecord& owner, bool named);
  void warn_of_lookalike(const ServiceId& id);
  Standing standing(const ServiceId& id) const;
  // A service with its id, in services_.
  using Entry = std::pair<const ServiceId, Service>;
  std::vector<Entry*> block_of(const ServiceId& id);
  void part_what_cannot_fit(std::vector<Entry*>& block, Standing standing);
  void open_ports(const ServiceId& id);
  void open_port(Entry& self);
  void open_alone(Entry& entry);
  bool open_block(const std::vector<Entry*>& block);
  void report_no_port(const std::string& service, std::optional<uint16_t> asked,
                      const asio::error_code& error);
  std::set<uint16_t> taken_by_others(const std::vector<Entry*>& block,
                                     const WantedService* asked) const;
  bool bind(const std::vector<Entry*>& entries, PortBlock where, const Entry& first,
            asio::error_code& error);
  void listen(const ServiceId& id, Service& service, BoundPorts bound);
  bool may_open(Entry& entry);
  bool may_open_unknown();
  void wait_for_budget();
  void mention_unknown(const ServiceId& id);
  template <typename Marked>
  bool is_own_target(const ServiceId& id, Marked& marked);
  void leave_target_port(const ServiceId& id, uint16_t port);
  // Closes the local ports, if open, and prints the event `closed` with `text` for people, which is
  // empty where the caller prints a line of its own.
  void close_ports(const ServiceId& id, Service& service, KillReason reason,
                   const std::string& text = "");
  std::shared_ptr<Mapping> open_mapping(const ServiceId& id, Transport transport,
                                        MappingSink& sink);
  void mention_base_mode(const ServiceId& id);
  // Prints an event about a service, hardly limited if the user asked for it.
  void say(const ServiceId& id, const Service& service, const nlohmann::json& event,
           const std::string& line);
  static nlohmann::json event_of(const char* event, const ServiceId& id, const Offer& offer);
  std::string local_address(uint16_t port) const;

  SessionHub& hub_;
  Pins& pins_;
  PortKeeper keeper_;
  const Output& output_;
  OfferNews news_;
  OfferNews asked_news_;  // of services that the user asked for
  const Config config_;
  PortInUse on_port_in_use_;
  std::map<ServiceId, Service> services_;
  Lookalikes lookalikes_;                      // of all offers
  std::set<ServiceId> warned_;                 // offers of names that belong to other gateways
  static constexpr size_t kMostWarned = 1024;  // then all are forgotten
  size_t unknown_open_ = 0;                    // services of gateways that are kUnknown
  OpeningBudget openings_;
  asio::basic_waitable_timer<ProgramClock> opening_timer_;
  bool opening_timer_runs_ = false;
  bool base_mode_mentioned_ = false;
  bool unknown_mentioned_ = false;
  bool too_many_mentioned_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>();  // handlers may run after our end
};

}  // namespace ngcshare
