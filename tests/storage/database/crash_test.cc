// Kills a child with SIGKILL at random moments while it makes and acknowledges random changes. The
// file must then contain exactly the acknowledged changes, or one more that was not acknowledged in
// time.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "storage/database/database.h"
#include "storage/database/transaction.h"
#include "storage/stores/group_store.h"
#include "storage/stores/pin_store.h"
#include "storage/stores/service_store.h"
#include "tests/support/storage_fixtures.h"

namespace ngcshare::storage {
namespace {

constexpr std::uint64_t kSeed = 4711;
constexpr int kRounds = 20;
constexpr std::uint64_t kMostAcknowledgedARound = 60;
constexpr std::uint8_t kGroups = 4;
constexpr int kServices = 12;

std::string service_name(int i) { return "service " + std::to_string(i); }

// One change, derived from its number alone so that child and parent agree on it.
struct Change {
  explicit Change(std::uint64_t number) {
    std::mt19937_64 random(kSeed + number);
    const auto below = [&](int bound) {
      return std::uniform_int_distribution(0, bound - 1)(random);
    };
    what = below(7);
    group = sample_group(static_cast<std::uint8_t>(below(kGroups)));
    group.joined_at = static_cast<std::int64_t>(number);
    service = sample_service(service_name(below(kServices)));
    service.created_at = static_cast<std::int64_t>(number);
    service.declared = below(2) == 0;
    service.description.assign(static_cast<std::size_t>(below(6000)), 'd');
    in_group = below(2) == 0;
    pin = {.chat_id = group.chat_id,
           .service = service.name,
           .gateway_key = key_of(static_cast<std::uint8_t>(below(256))),
           .first_seen = static_cast<std::int64_t>(number)};
    keep = {service.name, service_name(below(kServices))};
  }

  int what;
  GroupRecord group;
  ServiceRecord service;
  bool in_group;
  PinRecord pin;
  std::vector<std::string> keep;
};

// A naive model of the database.
struct State {
  std::map<Key32, GroupRecord> groups;
  std::map<std::string, ServiceRecord> services;
  std::map<std::pair<Key32, std::string>, PinRecord> pins;

  friend bool operator==(const State&, const State&) = default;

  void apply(const Change& change) {
    switch (change.what) {
      case 0:
        groups[change.group.chat_id] = change.group;
        return;
      case 1:
        groups.erase(change.group.chat_id);
        std::erase_if(services, [&](const auto& entry) {
          return entry.second.chat_id == change.group.chat_id;
        });
        return;
      case 2:
        services.emplace(change.service.name, change.service);
        return;
      case 3: {  // a group and a service of it, together
        groups[change.group.chat_id] = change.group;
        ServiceRecord service = change.service;
        if (change.in_group) service.chat_id = change.group.chat_id;
        services[service.name] = service;
        return;
      }
      case 4:
        services.erase(change.service.name);
        return;
      case 5:
        std::erase_if(services, [&](const auto& entry) {
          return entry.second.declared && std::find(change.keep.begin(), change.keep.end(),
                                                    entry.first) == change.keep.end();
        });
        return;
      default:
        pins[{change.pin.chat_id, change.pin.service}] = change.pin;
    }
  }
};

class Stores {
 public:
  explicit Stores(const std::filesystem::path& path) : database_(path) {}

  void apply(const Change& change) {
    switch (change.what) {
      case 0:
        return groups_.put(change.group);
      case 1:
        groups_.remove(change.group.chat_id);
        return;
      case 2:
        services_.add(change.service);
        return;
      case 3: {
        Transaction transaction(database_);
        groups_.put(change.group);
        ServiceRecord service = change.service;
        if (change.in_group) service.chat_id = change.group.chat_id;
        services_.put(service);
        return transaction.commit();
      }
      case 4:
        services_.remove(change.service.name);
        return;
      case 5:
        services_.remove_declared_except(change.keep);
        return;
      default:
        pins_.put(change.pin);
    }
  }

  State state() {
    State state;
    for (const GroupRecord& group : groups_.list()) state.groups[group.chat_id] = group;
    for (const ServiceRecord& service : unnumbered(services_.list())) {
      state.services[service.name] = service;
    }
    for (std::uint8_t group = 0; group < kGroups; ++group) {
      for (int service = 0; service < kServices; ++service) {
        const auto pin = pins_.find(key_of(group), service_name(service));
        if (pin) state.pins[{pin->chat_id, pin->service}] = *pin;
      }
    }
    return state;
  }

 private:
  Database database_;
  GroupStore groups_{database_};
  ServiceStore services_{database_};
  PinStore pins_{database_};
};

// Makes the changes from `first` on in a child that is killed; returns the number of acknowledged
// ones.
std::uint64_t change_and_kill(const std::filesystem::path& path, std::uint64_t first,
                              std::uint64_t least) {
  return run_and_kill(least, [&](const Acknowledge& acknowledge) {
    Stores stores(path);
    for (std::uint64_t number = first;; ++number) {
      stores.apply(Change(number));
      if (!acknowledge()) return;
    }
  });
}

TEST(Crash, EveryAcknowledgedChangeSurvivesKill9) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder / "ngcshare.db";
  std::mt19937_64 random(kSeed);
  State model;
  std::uint64_t next = 0;
  for (int round = 0; round < kRounds; ++round) {
    const std::uint64_t least = random() % (kMostAcknowledgedARound + 1);
    const std::uint64_t acknowledged = change_and_kill(path, next, least);
    for (const std::uint64_t end = next + acknowledged; next < end; ++next) {
      model.apply(Change(next));
    }

    const State found = Stores(path).state();
    if (found != model) model.apply(Change(next++));  // done but not acknowledged
    ASSERT_EQ(found, model) << "seed " << kSeed << ", round " << round << ", change " << next;
    ASSERT_EQ(pragma_of(path, "integrity_check"), "ok") << "round " << round;
  }
}

}  // namespace
}  // namespace ngcshare::storage
