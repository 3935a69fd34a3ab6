#include "bot/member/pins.h"

#include <algorithm>
#include <utility>

#include "bot/base/log.h"
#include "bot/base/steady_time.h"
#include "bot/services/ports.h"
#include "storage/database/transaction.h"
#include "storage/files/error.h"

namespace ngcshare {

Pins::Pins(asio::io_context& loop, storage::Database& database, storage::PinStore& store,
           std::function<int64_t()> unix_now)
    : database_(database), store_(store), unix_now_(std::move(unix_now)), timer_(loop) {
  std::set<Key> groups;
  for (storage::PinRecord& record : store_.list()) {
    groups.insert(record.chat_id);
    Name name{record.chat_id, record.service};
    const auto [added, is_new] = pins_.emplace(std::move(name), Pin{std::move(record)});
    if (is_new) list(added->second);
  }
  for (const Key& group : groups) prune_group(group);
  write_later();
}

const storage::PinRecord* Pins::find(const Key& chat_id, std::string_view name) const {
  const auto found = pins_.find({chat_id, std::string(name)});
  return found == pins_.end() ? nullptr : &found->second.record;
}

std::set<uint16_t> Pins::ports_of_others(const ServiceId& service, bool only_named) const {
  const std::string_view own = service_in_offer_name(service.name);
  std::set<uint16_t> ports;
  for (const auto& [name, pin] : pins_) {
    const storage::PinRecord& record = pin.record;
    if (record.chat_id == service.gateway.chat_id && record.local_port &&
        (record.named || !only_named) && service_in_offer_name(record.service) != own) {
      ports.insert(*record.local_port);
    }
  }
  return ports;
}

void Pins::open(const ServiceId& service, uint16_t port, bool named) {
  const auto& [gateway, name] = service;
  const auto [found, is_new] = pins_.try_emplace({gateway.chat_id, name});
  Pin& pin = found->second;
  if (!is_new) unlist(pin);
  if (is_new || pin.record.gateway_key != gateway.key) {
    pin.record = {gateway.chat_id, name, gateway.key, {}, unix_now_()};
  }
  pin.record.local_port = port;
  pin.record.named = pin.record.named || named;
  pin.record.last_used = unix_now_();
  pin.open = true;
  list(pin);
  changed_.insert(found->first);
  if (is_new && !named) {
    prune_gateway(gateway);
    prune_group(gateway.chat_id);
  }
  write_later();
}

void Pins::close(const ServiceId& service) {
  const auto found = pins_.find({service.gateway.chat_id, service.name});
  if (found == pins_.end() || found->second.record.gateway_key != service.gateway.key) return;
  unlist(found->second);
  found->second.open = false;
  found->second.record.last_used = unix_now_();
  list(found->second);
  changed_.insert(found->first);
  write_later();
}

void Pins::prune_gateway(const storage::Person& gateway) {
  while (const auto name = index_.surplus_of(gateway, kMostOfGateway)) remove(*name);
}

void Pins::prune_group(const Key& chat_id) {
  while (const auto name = index_.surplus_in(chat_id, kMostInGroup)) remove(*name);
}

void Pins::remove(const Name& name) {
  const auto found = pins_.find(name);
  unlist(found->second);
  changed_.insert(name);
  pins_.erase(found);
}

void Pins::end() {
  for (auto& [name, pin] : pins_) {
    if (!pin.open) continue;
    pin.record.last_used = unix_now_();  // the index has this of closed ones only
    changed_.insert(name);
  }
  timer_.cancel();
  write();
}

// Goes on without a disk, because pins are only for later.
void Pins::write() {
  if (changed_.empty()) return;
  try {
    storage::Transaction transaction(database_);
    for (const Name& name : changed_) {
      const auto pin = pins_.find(name);
      pin == pins_.end() ? store_.remove(name.first, name.second) : store_.put(pin->second.record);
    }
    transaction.commit();
    changed_.clear();
    if (fault_.over()) {
      log_info("storage.works", "{what} can be stored again",
               Field{"what", "gateways and local ports"});
    }
  } catch (const storage::StorageError& error) {
    // Names that came and went must not pile up until the disk works again.
    std::erase_if(changed_, [&](const Name& name) { return !pins_.contains(name); });
    if (!fault_.met(steady_now())) return;
    log_error("local.not_remembered",
              "the gateways and the local ports of services could not be written down: {error}",
              Field{"error", error.what()});
  }
}

void Pins::write_later() {
  if (armed_ || changed_.empty()) return;
  armed_ = true;
  timer_.expires_after(kDelay);
  timer_.async_wait([this](const asio::error_code& error) {
    if (error) return;
    armed_ = false;
    write();
    write_later();
  });
}

}  // namespace ngcshare
