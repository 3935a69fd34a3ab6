// The offering side of a process: the shared services, the offers to peers and the connections to
// the targets. A peer that may not use a service is neither offered it nor connected to it.
#pragma once

#include <array>
#include <asio/basic_waitable_timer.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/base/recurring_fault.h"
#include "bot/base/steady_time.h"
#include "bot/gateway/connection_list.h"
#include "bot/gateway/offers.h"
#include "bot/gateway/state_announcements.h"
#include "bot/peers/session_hub.h"
#include "bot/people/access.h"
#include "bot/services/catalog.h"
#include "bot/services/share_syntax.h"
#include "bot/services/target_policy.h"
#include "bot/target/health.h"
#include "bot/target/target_ports.h"
#include "bot/tunnel/service_rates.h"
#include "storage/stores/service_store.h"

namespace ngcshare {

class Gateway : public OfferMaker, public ServiceCatalog {
 public:
  // The interval between reviews of all offers, which find ended bans and changed group roles.
  // Accepts do not depend on it, because each is decided on arrival.
  static constexpr std::chrono::seconds kReviewInterval{10};

  // All must outlive the gateway. Offers the stored services to every peer that joins from now on.
  Gateway(SessionHub& hub, storage::ServiceStore& store, Access& access,
          const TargetPolicy& policy);
  ~Gateway() override;

  // Starts probing the targets of services with tcp; before that their state is unknown.
  void watch_targets(const TargetHealth::Config& config);
  // Stops probing. Services that were down count as unknown.
  void ignore_targets();
  // Called from the loop when a service is down or up again, at most once a minute for each: `text`
  // may be announced in the service's groups if it is_public().
  using OnState = std::function<void(const storage::ServiceRecord&, const std::string& text)>;
  void set_on_state(OnState on_state) { on_state_ = std::move(on_state); }

  // -- what is shared -------------------------------------------------------------------
  // Shares a new service in one group or (nullopt) in all. Returns what is wrong, or nullopt.
  // Throws StorageError, as do all functions of this section but find().
  std::optional<std::string> share(const ShareSpec& spec, const std::optional<Key>& chat_id,
                                   const std::optional<Key>& by) override;
  // As change(), but returns what is wrong, or nullopt: the host is not allowed, or a group cannot
  // be offered so many ports. REQUIRES: as change().
  std::optional<std::string> edit(const storage::ServiceRecord& record) override;
  // Removes a service and its rules. Returns false if there is none of that name.
  bool unshare(const std::string& name) override;
  // Removes the services that are shared in this group alone. Call before leaving it.
  void leave_group(const Key& chat_id);
  std::optional<storage::ServiceRecord> find(std::string_view name) const override;
  // Replaces the record with the same id: stores it, then sends and withdraws offers, ends the
  // connections of peers that may not use it any more, and applies the rates. A limit on
  // connections applies from the next one on; another host ends all connections. REQUIRES: a
  // service with this id and name is shared, and is_name_for() accepts its ports.
  void change(const storage::ServiceRecord& record) override;
  // Makes the services given by flags or environment exactly these, as by share(), change() and
  // unshare(); one that does not differ keeps its connections. Replaces one of that name that was
  // shared in one group alone: its rules and limits go, and it stays off or for a list if it was.
  // Returns what is wrong, one line each, and changes nothing then.
  std::vector<std::string> declare(const std::vector<ShareSpec>& specs);

  // Makes the offers and connections of all peers agree with what Access allows now.
  void review() override;

  // -- what goes on ---------------------------------------------------------------------
  // Returns the services of one group, or (nullopt) all, sorted by name.
  std::vector<Shown> list(const std::optional<Key>& chat_id) const override;

  std::vector<std::string> names() const;  // of all services, sorted

  // Returns the connections of one service, or (nullopt) of all, oldest first.
  std::vector<Connection> connections(const std::optional<std::string>& service) const override;
  // Ends a connection and tells the peer, which may connect again. Returns false if none has the
  // id.
  bool drop(uint32_t connection_id) override;

  // The number of refused Accepts by reason. Only grows, as does passed().
  const std::map<std::string_view, uint64_t>& refusals() const { return refusals_; }
  // Bytes to or from all services, removed ones included.
  uint64_t passed(Direction direction) const;

  // The local ports that connections hold towards their targets.
  TargetPorts& target_ports() { return *ports_; }

  // Withdraws all services publicly, before the process ends.
  void shut_down();

  // OfferMaker
  void on_peer_joined(Peer& peer) override;
  std::optional<KillReason> on_accept(Peer& peer, Mapping& mapping, ServiceKey service) override;

 private:
  struct Service {
    storage::ServiceRecord record;
    std::shared_ptr<ServiceRates> rates;
    bool down = false;
    uint64_t opened = 0;
  };
  // The reason for refusing a connection, for the peer and as a label for the counters.
  struct Refusal {
    KillReason reason;
    std::string_view why;
  };
  Service& add(const storage::ServiceRecord& record);
  void begin(const storage::ServiceRecord& record);
  void end(const storage::ServiceRecord& record);
  void declare_one(const ShareSpec& spec);
  std::vector<storage::ServiceRecord> records() const;
  std::vector<std::string> problems_with(const std::vector<ShareSpec>& declared) const;
  void watch(const storage::ServiceRecord& record);
  void withdraw(const storage::ServiceRecord& record, KillReason reason);
  void withdraw_gone_ports(const storage::ServiceRecord& before,
                           const storage::ServiceRecord& after);
  std::optional<Refusal> refusal(const Service& service, const Peer& peer) const;
  KillReason refuse(const Peer& peer, std::string_view service, const Refusal& refusal);
  void mention_base_mode(const Mapping& mapping);
  void end_forbidden();
  void end_connections(int64_t service, KillReason reason);
  bool end_connection(const ConnectionList::Entry& entry, KillReason reason);
  bool end_longest_idle_flow(const Person& person, std::optional<int64_t> service);
  void on_target_tried(ServiceKey key, Attempt attempt);
  void on_health(int64_t id, TargetHealth::State state);
  void review_now_and_then();
  bool lapse_bans();

  SessionHub& hub_;
  storage::ServiceStore& store_;
  Access& access_;
  const TargetPolicy& policy_;
  ServiceOffers offers_;
  ConnectionList connections_;
  const std::shared_ptr<TargetPorts> ports_;  // shared with connections that outlive the gateway
  std::map<int64_t, Service> services_;       // by the record's id
  std::map<std::string_view, uint64_t> refusals_;
  std::array<uint64_t, 2> passed_by_gone_{0, 0};  // bytes of removed services, by direction
  std::unique_ptr<TargetHealth> health_;          // nullptr: targets are not probed
  StateAnnouncements announcements_;
  OnState on_state_;
  asio::basic_waitable_timer<ProgramClock> review_timer_;
  bool base_mode_mentioned_ = false;
  RecurringFault ban_fault_;
  // Tells connections and a timer that outlive the gateway that it is gone.
  std::shared_ptr<Gateway*> alive_ = std::make_shared<Gateway*>(this);
};

}  // namespace ngcshare
