#include "bot/member/pins.h"

#include <algorithm>
#include <utility>
#include <vector>

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
    pins_.emplace(std::move(name), Pin{std::move(record)});
  }
  for (const Key& group : groups) {
    prune(kMostInGroup, [&](const storage::PinRecord& pin) { return pin.chat_id == group; });
  }
  write_later();
}

const storage::PinRecord* Pins::find(const Key& chat_id, std::string_view name) const {
  const auto found = pins_.find({chat_id, std::string(name)});
  return found == pins_.end() ? nullptr : &found->second.record;
}

bool Pins::is_known(const storage::Person& gateway) const {
  return std::any_of(pins_.begin(), pins_.end(), [&](const auto& entry) {
    const storage::PinRecord& pin = entry.second.record;
    return pin.named && pin.chat_id == gateway.chat_id && pin.gateway_key == gateway.key;
  });
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
  if (is_new || pin.record.gateway_key != gateway.key) {
    pin.record = {gateway.chat_id, name, gateway.key, {}, unix_now_()};
  }
  pin.record.local_port = port;
  pin.record.named = pin.record.named || named;
  pin.record.last_used = unix_now_();
  pin.open = true;
  changed_.insert(found->first);
  if (is_new && !named) {
    const storage::Person& of = service.gateway;
    prune(kMostOfGateway, [&of](const storage::PinRecord& other) {
      return other.chat_id == of.chat_id && other.gateway_key == of.key;
    });
    prune(kMostInGroup,
          [&of](const storage::PinRecord& other) { return other.chat_id == of.chat_id; });
  }
  write_later();
}

void Pins::close(const ServiceId& service) {
  const auto found = pins_.find({service.gateway.chat_id, service.name});
  if (found == pins_.end() || found->second.record.gateway_key != service.gateway.key) return;
  found->second.open = false;
  found->second.record.last_used = unix_now_();
  changed_.insert(found->first);
  write_later();
}

void Pins::prune(size_t most, const std::function<bool(const storage::PinRecord&)>& counts) {
  size_t unnamed = 0;
  std::vector<std::map<Name, Pin>::iterator> closed;
  for (auto pin = pins_.begin(); pin != pins_.end(); ++pin) {
    if (pin->second.record.named || !counts(pin->second.record)) continue;
    ++unnamed;
    if (!pin->second.open) closed.push_back(pin);
  }
  if (unnamed <= most) return;
  std::sort(closed.begin(), closed.end(), [](const auto& left, const auto& right) {
    return left->second.record.last_used < right->second.record.last_used;
  });
  closed.resize(std::min(closed.size(), unnamed - most));
  for (const auto& pin : closed) {
    changed_.insert(pin->first);
    pins_.erase(pin);
  }
}

void Pins::end() {
  for (auto& [name, pin] : pins_) {
    if (!pin.open) continue;
    pin.record.last_used = unix_now_();
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
