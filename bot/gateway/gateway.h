// The offering side of a process: the services that are shared, who is offered them, and the
// connections to their targets. Whoever may not use a service is neither offered it nor connected.
#pragma once

#include <array>
#include <asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/gateway/connection_list.h"
#include "bot/gateway/offers.h"
#include "bot/gateway/state_announcements.h"
#include "bot/peers/session_hub.h"
#include "bot/people/access.h"
#include "bot/services/catalog.h"
#include "bot/services/share_syntax.h"
#include "bot/services/target_policy.h"
#include "bot/target/health.h"
#include "bot/tunnel/service_rates.h"
#include "storage/stores/service_store.h"

namespace ngcshare {

class Gateway : public OfferMaker, public Services {
 public:
  // How soon a ban's end or another role in the group counts for what is offered. A connection is
  // always decided anew.
  static constexpr std::chrono::seconds kReviewInterval{10};

  // All outlive the gateway. Services of the store are offered to whoever joins from now on.
  Gateway(SessionHub& hub, storage::ServiceStore& store, Access& access,
          const TargetPolicy& policy);
  ~Gateway() override;

  // Begins to try the targets of services with tcp. Without it, whether they answer is unknown.
  void watch_targets(const TargetHealth::Config& config);
  // Ends that: what was down counts as unknown.
  void ignore_targets();
  // Called from the loop when a service is down or up again, at most once a minute for each: `text`
  // may be announced in the service's groups if it is_public().
  using OnState = std::function<void(const storage::ServiceRecord&, const std::string& text)>;
  void set_on_state(OnState on_state) { on_state_ = std::move(on_state); }

  // -- what is shared -------------------------------------------------------------------
  // Shares something new, in one group or (nullopt) in all. What went wrong, nullopt if nothing.
  // Throws StorageError, as do the next four.
  std::optional<std::string> share(const ShareSpec& spec, const std::optional<Key>& chat_id,
                                   const std::optional<Key>& by) override;
  // Takes the place of the record with the same id, as change() does. What went wrong, nullopt if
  // nothing: the host is not allowed, or there are more ports than a group can be offered.
  // REQUIRES: as change().
  std::optional<std::string> edit(const storage::ServiceRecord& record) override;
  // Takes a service back everywhere, with its rules; false: there is none of that name.
  bool unshare(const std::string& name) override;
  // Takes back the services that are shared in this group alone: this process leaves it.
  void leave_group(const Key& chat_id);
  std::optional<storage::ServiceRecord> find(std::string_view name) const override;
  // Takes the place of the record with the same id. Written first; then offers are sent and
  // withdrawn, connections of those who may not use it any more end, and rates hold. A limit on
  // connections counts from the next one on; another host ends all. REQUIRES: the id and name of
  // one that is shared; ports with names that may be (is_name_for).
  void change(const storage::ServiceRecord& record) override;
  // Makes the services given by flags or environment exactly these; one that is so already is left
  // alone with its connections, the others change as by share(), change() and unshare(). What is
  // wrong with them, one line each: then nothing is changed.
  std::vector<std::string> declare(const std::vector<ShareSpec>& specs);

  // Who may do what has changed: every peer's offers and connections are made to agree with it.
  void review() override;

  // -- what goes on ---------------------------------------------------------------------
  // The services offered in a group, or (nullopt) all, by name.
  std::vector<Shown> list(const std::optional<Key>& chat_id) const override;

  std::vector<std::string> names() const;  // of all services

  // Of one service by name, or (nullopt) of all; oldest first.
  std::vector<Connection> connections(const std::optional<std::string>& service) const override;
  // Ends one, telling the peer; it may connect again. False: there is none that runs.
  bool drop(uint32_t connection_id) override;

  // How many Accepts were turned down, by why. Only grows, as does what follows.
  const std::map<std::string_view, uint64_t>& refusals() const { return refusals_; }
  // Bytes to or from all services, also those that are gone.
  uint64_t passed(Direction direction) const;

  // Withdraws everything publicly; the process ends.
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
  // Why somebody may not open a connection: for the peer, and as a word to count by.
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
  void on_target_tried(ServiceKey key, bool reached);
  void on_health(int64_t id, TargetHealth::State state);
  void review_now_and_then();
  bool lapse_bans();

  SessionHub& hub_;
  storage::ServiceStore& store_;
  Access& access_;
  const TargetPolicy& policy_;
  ServiceOffers offers_;
  ConnectionList connections_;
  std::map<int64_t, Service> services_;  // by the record's id
  std::map<std::string_view, uint64_t> refusals_;
  std::array<uint64_t, 2> passed_by_gone_{0, 0};  // bytes of services that are gone, by direction
  std::unique_ptr<TargetHealth> health_;          // nullptr: targets are not tried
  StateNews news_;
  OnState on_state_;
  asio::steady_timer review_timer_;
  bool base_mode_mentioned_ = false;
  // Connections and a timer that outlive the gateway see by this that it has gone.
  std::shared_ptr<Gateway*> alive_ = std::make_shared<Gateway*>(this);
};

}  // namespace ngcshare
