// Random changes of who may do what, made both to the real thing and to a naive model of it that
// was written from the rules alone: it keeps plain facts and searches them for each answer.
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
inline constexpr int kServices = 5;  // names, which come and go
inline constexpr int kRoles = 4;

Person person_of(int number);
std::string service_name(int number);

// One change, made from its number alone so that two processes agree on it.
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

// Everything that can be asked and listed, as text.
using Facts = std::set<std::string>;

class Model {
 public:
  std::string apply(const Step& step);  // what the change answers
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
  std::map<int, std::int64_t> bans_;  // until when; the largest number: for ever
  std::map<int, Service> services_;
  std::map<std::pair<int, int>, std::string> rules_;  // service and person
};

// The real thing, with the part of the gateway.
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
