// Measures the cost of permissions: the start of a gateway with ten thousand services and a hundred
// thousand rules, and one decision.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "bot/people/access.h"
#include "storage/database/transaction.h"
#include "storage/stores/person_store.h"
#include "storage/stores/service_store.h"
#include "tests/support/seeded_entropy.h"

namespace ngcshare {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kServices = 10'000;
constexpr std::uint64_t kRules = 100'000;
constexpr std::uint64_t kPeople = 20'000;
constexpr std::uint64_t kBans = 1'000;
constexpr std::uint64_t kDecisions = 5'000'000;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

Person random_person(test::SeededEntropy& random) {
  Person person;
  person.chat_id.fill(1);
  for (std::uint8_t& byte : person.key) byte = static_cast<std::uint8_t>(random.below(256));
  return person;
}

std::vector<Person> draw_people(test::SeededEntropy& random) {
  std::vector<Person> people;
  for (std::uint64_t i = 0; i < kPeople; ++i) people.push_back(random_person(random));
  return people;
}

void fill(const std::filesystem::path& path, const std::vector<Person>& people,
          test::SeededEntropy& random) {
  storage::Database database(path);
  storage::Transaction transaction(database);
  storage::ServiceStore services(database);
  storage::RuleStore rules(database);
  storage::BanStore bans(database);
  storage::ServiceRecord service;
  service.host = "127.0.0.1";
  service.ports = {{2456, 2458, false, true}, {80, 80, true, false}};
  for (std::uint64_t i = 0; i < kServices; ++i) {
    service.name = "service " + std::to_string(i);
    service.policy = i % 2 == 0 ? storage::ServicePolicy::kList : storage::ServicePolicy::kMembers;
    const std::int64_t id = services.put(service);
    for (std::uint64_t rule = 0; rule < kRules / kServices; ++rule) {
      const auto effect =
          random.chance(0.5) ? storage::RuleEffect::kAllow : storage::RuleEffect::kDeny;
      rules.put({id, people[random.below(kPeople)], effect, {}});
    }
  }
  for (std::uint64_t i = 0; i < kBans; ++i) bans.put({people[i], "", std::nullopt, {}});
  transaction.commit();
}

void measure_decisions(const Access& access, const std::vector<storage::ServiceRecord>& services,
                       const std::vector<Person>& people, test::SeededEntropy& random) {
  struct Question {
    const storage::ServiceRecord* service;
    const Person* person;
  };
  std::vector<Question> questions(1 << 16);
  for (Question& question : questions) {
    question = {&services[random.below(services.size())], &people[random.below(people.size())]};
  }
  std::uint64_t allowed = 0;
  const auto start = Clock::now();
  for (std::uint64_t i = 0; i < kDecisions; ++i) {
    const Question& question = questions[i % questions.size()];
    const Decision decision = access.decide(*question.service, *question.person, Role::kUser, 1);
    allowed += decision == Decision::kAllowed ? 1 : 0;
  }
  const double seconds = seconds_since(start);
  std::printf("decision           %8.0f ns (%.0f %% allowed)\n",
              seconds * 1e9 / static_cast<double>(kDecisions),
              100.0 * static_cast<double>(allowed) / static_cast<double>(kDecisions));
}

void measure(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "ngcshare.db";
  test::SeededEntropy random(1);
  const std::vector<Person> people = draw_people(random);
  fill(path, people, random);
  std::printf("database           %8.1f MB\n",
              static_cast<double>(std::filesystem::file_size(path)) / 1e6);

  const auto start = Clock::now();
  storage::Database database(path);
  const double opened = seconds_since(start);
  storage::ServiceStore store(database);
  const std::vector<storage::ServiceRecord> services = store.list();
  const double listed = seconds_since(start);
  const storage::PersonStore known(database);
  const double pruned = seconds_since(start);
  Access access(database, {});
  const double loaded = seconds_since(start);
  std::printf("open and check     %8.0f ms\n", opened * 1e3);
  std::printf("load services      %8.0f ms (%zu)\n", (listed - opened) * 1e3, services.size());
  std::printf("forget strangers   %8.0f ms\n", (pruned - listed) * 1e3);
  std::printf("load rules         %8.0f ms\n", (loaded - pruned) * 1e3);
  std::printf("start in all       %8.0f ms\n", loaded * 1e3);

  measure_decisions(access, services, people, random);
  constexpr int kChanges = 200;
  const auto change = Clock::now();
  for (int i = 0; i < kChanges; ++i) {
    access.set_rule(
        {services[static_cast<std::size_t>(i)].id, people[0], storage::RuleEffect::kDeny, {}});
  }
  std::printf("rule, on the disk  %8.2f ms\n", seconds_since(change) * 1e3 / kChanges);
}

int run() {
  std::string name = (std::filesystem::temp_directory_path() / "ngcshare_bench.XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) return EXIT_FAILURE;
  measure(name);
  std::filesystem::remove_all(name);
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace ngcshare

int main() { return ngcshare::run(); }
