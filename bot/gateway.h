// The offering side of a process: the services that are shared, the offers made of them in each
// group, and the connections to their targets.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bot/service_rates.h"
#include "bot/session_hub.h"
#include "bot/share_spec.h"
#include "bot/target_policy.h"
#include "storage/service_store.h"

namespace ngcshare {

class Gateway : public OfferMaker {
 public:
  // All outlive the gateway. Services of the store are offered to whoever joins from now on.
  Gateway(SessionHub& hub, storage::ServiceStore& store, const TargetPolicy& policy);
  ~Gateway() override;

  // Shares something new, in one group or (nullopt) in all. What went wrong, nullopt if nothing.
  // Throws StorageError.
  std::optional<std::string> share(const ShareSpec& spec, const std::optional<Key>& chat_id,
                                   const std::optional<Key>& by);
  // Takes a service back everywhere; false: there is none of that name.
  bool unshare(const std::string& name);

  // Sets how fast a service may be, which holds at once for connections that run, too; until the
  // process ends. False: there is none of that name.
  bool set_rates(const std::string& name, const Rates& rates);

  // Makes the services given by flags or environment exactly these. What is wrong with them, one
  // line each: then nothing is changed.
  std::vector<std::string> declare(const std::vector<ShareSpec>& specs);

  struct Shown {
    storage::ServiceRecord record;
    size_t connections = 0;
    uint64_t bytes_in = 0;   // to the service, since the process began to share it
    uint64_t bytes_out = 0;  // from it
  };
  // The services offered in a group, or (nullopt) all, by name.
  std::vector<Shown> list(const std::optional<Key>& chat_id) const;

  // Withdraws everything publicly; the process ends.
  void shut_down();

  // OfferMaker
  void on_peer_joined(Peer& peer) override;
  std::optional<KillReason> on_accept(Peer& peer, Mapping& mapping, ServiceKey service) override;

 private:
  struct Service {
    storage::ServiceRecord record;
    size_t connections = 0;
    std::shared_ptr<ServiceRates> rates;
    std::map<Key, MsgId> public_ids;  // by chat id: the msg_id of the public Offer
  };
  void connection_ended(ServiceKey key);
  static bool offered_in(const Service& service, const Key& chat_id);
  Offer make_offer(const Service& service) const;
  void add(const storage::ServiceRecord& record);
  void announce(ServiceKey key, Service& service);
  void withdraw(ServiceKey key, Service& service, KillReason reason);
  std::optional<ServiceKey> find(const std::string& name) const;

  SessionHub& hub_;
  storage::ServiceStore& store_;
  const TargetPolicy& policy_;
  std::map<ServiceKey, Service> services_;
  ServiceKey next_key_ = 1;
  bool base_mode_mentioned_ = false;
  // Connections that outlive the gateway, when the program ends, see by this that it has gone.
  std::shared_ptr<Gateway*> alive_ = std::make_shared<Gateway*>(this);
};

}  // namespace ngcshare
