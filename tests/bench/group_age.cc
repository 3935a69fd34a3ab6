// Measures how long a newcomer takes to find a group whose only member has been there for a while,
// on twelve nodes of real toxcore in virtual time. Prints one line for each age.
//
//   group_age [NEWCOMERS [MINUTES]...]     20 newcomers and ages of 1, 15, 60 and 120 by default
#include <sodium.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "tests/toxcore/virtual_network.h"

namespace ngcshare::test {
namespace {

using namespace std::chrono_literals;

constexpr size_t kNodes = 12;
constexpr Milliseconds kPatience = 10min;

double seconds(Milliseconds time) { return std::chrono::duration<double>(time).count(); }

// Each newcomer looks for a group of its own, because a visit makes a group easier to find.
void measure(std::chrono::minutes age, size_t newcomers) {
  VirtualNetwork network(kNodes);
  VirtualNode& founder = network.add();
  network.pass_until([&] { return founder.is_online(); }, 1min);
  std::vector<ChatId> groups;
  while (groups.size() < newcomers) groups.push_back(founder.found_group());

  const auto other_before = network.first().request_bytes_sent();
  const auto before = founder.request_bytes_sent();
  network.pass(age, 1s);
  // Another node's requests are about those that the founder would send without a group.
  const auto for_groups = static_cast<double>(founder.request_bytes_sent() - before) -
                          static_cast<double>(network.first().request_bytes_sent() - other_before);

  std::vector<Milliseconds> taken;
  for (const ChatId& group : groups) {
    VirtualNode& newcomer = network.add();
    newcomer.join(group);
    taken.push_back(network.pass_until([&] { return newcomer.has_met_somebody(); }, kPatience));
    network.remove(newcomer);
  }
  std::sort(taken.begin(), taken.end());
  const auto within = [&](Milliseconds limit) {
    return std::count_if(taken.begin(), taken.end(), [&](auto time) { return time < limit; });
  };
  std::printf("%7ld %10.1f %10.1f %8ld/%zu %8ld/%zu %12.0f\n", static_cast<long>(age.count()),
              seconds(taken[taken.size() / 2]), seconds(taken.back()),
              static_cast<long>(within(30s)), taken.size(), static_cast<long>(within(kPatience)),
              taken.size(), for_groups / static_cast<double>(groups.size()) / seconds(age));
  std::fflush(stdout);
}

}  // namespace
}  // namespace ngcshare::test

int main(int argc, char** argv) {
  using namespace ngcshare::test;
  if (sodium_init() < 0) return 1;
  const int newcomers = argc > 1 ? std::max(1, std::atoi(argv[1])) : 20;
  std::vector<int> ages;
  for (int i = 2; i < argc; ++i) ages.push_back(std::max(1, std::atoi(argv[i])));
  if (ages.empty()) ages = {1, 15, 60, 120};
  std::printf("age/min   median/s    worst/s  in 30 s   in 10 min   B/s a group\n");
  for (const int age : ages) measure(std::chrono::minutes(age), static_cast<size_t>(newcomers));
}
