// Makes random changes of permissions, both to the engine and to a naive model. The model was
// written from the rules alone: it keeps plain facts and searches them for each answer.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "bot/people/access.h"
#include "storage/stores/service_store.h"

namespace ngcshare::test {

inline constexpr int kPeople = 8;    // four keys in two groups
inline constexpr int kServices = 5;  // names of services that are added and removed
inline constexpr int kRoles = 4;

Person person_of(int number);
std::string service_name(int number);

// One change, derived from its number alone so that two processes agree on it.
struct Step {
  explicit Step(std::uint64_t number);

  enum class Kind { kOwner, kAdmin, kRevoke, kBan, kUnban, kLapse, kRule, kClear, kService, kGone };
  Kind kind;
  int person;
  int service;
  bool flag;                          // allow or deny
  std::int64_t now;                   // grows with the number
  std::optional<std::int64_t> until;  // of a ban
  bool enabled;
  bool list;
  bool observers;
  bool one_group;
};

// All answers and lists, as text.
using Facts = std::set<std::string>;

class Model {
 public:
  std::string apply(const Step& step);  // returns the answer to the change
  Facts facts(std::int64_t now) const;

 private:
  struct Service {
    bool enabled;
    bool list;
    bool observers;
    bool one_group;
  };
  std::string decide(int service, int person, int role, std::int64_t now) const;
  std::string level(int person, int role, std::int64_t now) const;
  bool banned(int person, std::int64_t now) const;
  std::string change_role(const Step& step, const std::string& role);

  std::map<int, std::string> roles_;
  std::map<int, std::int64_t> bans_;  // end of each ban; the largest number: never
  std::map<int, Service> services_;
  std::map<std::pair<int, int>, std::string> rules_;  // service and person
};

// The engine, with the gateway's part.
class World {
 public:
  explicit World(const std::filesystem::path& path);

  std::string apply(const Step& step);
  Facts facts(std::int64_t now);

 private:
  std::optional<storage::ServiceRecord> find(int service) const;
  std::string put_service(const Step& step);
  std::string set_rule(const Step& step);
  std::string clear_rule(const Step& step);
  std::string remove_service(const Step& step);

  storage::Database database_;
  storage::ServiceStore store_;
  Access access_;
  std::map<std::string, storage::ServiceRecord> services_;
};

}  // namespace ngcshare::test
