// Lookups of host names with a system that answers when the test says so.
#include "bot/lookup/name_lookup.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <set>

#include "tests/support/loop_rig.h"

namespace ngcshare {
namespace {

using namespace std::chrono_literals;

const asio::ip::address kAnswer = asio::ip::make_address("192.0.2.7");

// As a name server can put them into one answer.
NameAnswer many() {
  NameAnswer answer;
  for (uint32_t i = 0; i < 4000; ++i) {
    answer.addresses.emplace_back(asio::ip::address_v4(0xC6120000U + i));
  }
  return answer;
}

// Names that begin with "dead" are not answered before release() or the end of the test.
class FakeSystem {
 public:
  ~FakeSystem() { release(); }

  NameAnswer find(const std::string& host) {
    std::unique_lock lock(mutex_);
    asked_.push_back(host);
    changed_.notify_all();
    if (host.starts_with("dead")) changed_.wait(lock, [&] { return released_; });
    if (host == "unknown") return {{}, "no such name"};
    if (host == "many") return many();
    return {{kAnswer}, ""};
  }
  void release() {
    const std::lock_guard lock(mutex_);
    released_ = true;
    changed_.notify_all();
  }
  // Names that begin with "dead" are not answered again.
  void hold() {
    const std::lock_guard lock(mutex_);
    released_ = false;
  }
  // Waits until so many lookups have begun.
  bool has_begun(size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 10s, [&] { return asked_.size() >= count; });
  }
  size_t count(const std::string& host) {
    const std::lock_guard lock(mutex_);
    return static_cast<size_t>(std::count(asked_.begin(), asked_.end(), host));
  }
  size_t count() {
    const std::lock_guard lock(mutex_);
    return asked_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> asked_;
  bool released_ = false;
};

class NameLookupTest : public testing::Test {
 protected:
  NameLookupTest() {
    asio::make_service<NameService>(
        rig_.loop, [system = system_](const std::string& host) { return system->find(host); });
  }
  ~NameLookupTest() override { system_->release(); }

  static std::string dead(size_t number) { return "dead" + std::to_string(number); }
  // Looks a name up; the answer is in `answers_`.
  void start(NameLookup& lookup, const std::string& host) {
    lookup.start(host, [this, host](const NameAnswer& answer) { answers_[host] = answer; });
  }
  bool answered(const std::string& host) {
    return rig_.run_until([&] { return answers_.contains(host); });
  }

  std::shared_ptr<FakeSystem> system_ = std::make_shared<FakeSystem>();  // outlived by no thread
  test::LoopRig rig_;
  std::map<std::string, NameAnswer> answers_;
};

TEST_F(NameLookupTest, GivesTheAddressesOrTheError) {
  NameLookup lookup(rig_.loop);
  start(lookup, "web");
  start(lookup, "unknown");
  EXPECT_TRUE(answers_.empty()) << "never from within start()";
  ASSERT_TRUE(answered("web"));
  ASSERT_TRUE(answered("unknown"));
  EXPECT_EQ(answers_["web"].addresses, std::vector{kAnswer});
  EXPECT_EQ(answers_["web"].error, "");
  EXPECT_TRUE(answers_["unknown"].addresses.empty());
  EXPECT_EQ(answers_["unknown"].error, "no such name");
}

TEST_F(NameLookupTest, GivesABoundedNumberOfAddresses) {
  NameLookup lookup(rig_.loop);
  start(lookup, "many");
  ASSERT_TRUE(answered("many"));
  EXPECT_EQ(answers_["many"].addresses.size(), NameService::kMostAddresses);
  EXPECT_EQ(answers_["many"].addresses.front(), many().addresses.front());
}

TEST_F(NameLookupTest, ADeadNameDelaysNoOther) {
  NameLookup lookup(rig_.loop);
  start(lookup, "dead");
  start(lookup, "web");
  ASSERT_TRUE(answered("web"));
  EXPECT_FALSE(answers_.contains("dead"));
  system_->release();
  EXPECT_TRUE(answered("dead"));
}

TEST_F(NameLookupTest, ThoseWhoAskForOneNameShareItsLookup) {
  NameLookup one(rig_.loop);
  NameLookup other(rig_.loop);
  int answers = 0;
  for (NameLookup* lookup : {&one, &one, &other}) {
    lookup->start("dead", [&](const NameAnswer&) { ++answers; });
  }
  ASSERT_TRUE(system_->has_begun(1));
  system_->release();
  EXPECT_TRUE(rig_.run_until([&] { return answers == 3; }));
  EXPECT_EQ(system_->count("dead"), 1U);
  start(one, "dead");
  EXPECT_TRUE(answered("dead"));
  EXPECT_EQ(system_->count("dead"), 2U) << "an answer is not kept";
}

TEST_F(NameLookupTest, WaitsNoLongerThanItsPatience) {
  NameLookup lookup(rig_.loop, 1ms);
  start(lookup, "dead");
  ASSERT_TRUE(answered("dead"));
  EXPECT_EQ(answers_["dead"].error, "no answer in time");
  answers_.clear();
  system_->release();
  start(lookup, "web");
  EXPECT_TRUE(answered("web"));
  EXPECT_FALSE(answers_.contains("dead")) << "answered twice";
}

TEST_F(NameLookupTest, UsesSoManyThreadsAndNoMore) {
  NameLookup lookup(rig_.loop);
  const size_t names = NameService::kMostThreads + 3;
  for (size_t i = 0; i < names; ++i) start(lookup, dead(i));
  ASSERT_TRUE(system_->has_begun(NameService::kMostThreads));
  rig_.run_ready();
  EXPECT_EQ(system_->count(), NameService::kMostThreads);
  system_->release();
  EXPECT_TRUE(rig_.run_until([&] { return answers_.size() == names; }));
}

TEST_F(NameLookupTest, NamesThatWereSlowLeaveThreadsForOthers) {
  test::LoopRig rig;
  asio::make_service<NameService>(
      rig.loop, [system = system_](const std::string& host) { return system->find(host); },
      std::chrono::milliseconds(0));  // all are slow
  NameLookup lookup(rig.loop);
  const size_t names = NameService::kMostThreadsForSlow + 2;
  size_t answers = 0;
  const auto ask_all = [&] {
    for (size_t i = 0; i < names; ++i) {
      lookup.start(dead(i), [&](const NameAnswer&) { ++answers; });
    }
  };
  ask_all();
  system_->release();
  ASSERT_TRUE(rig.run_until([&] { return answers == names; }));
  system_->hold();
  ask_all();
  ASSERT_TRUE(system_->has_begun(names + NameService::kMostThreadsForSlow));
  bool answered = false;
  lookup.start("web", [&](const NameAnswer&) { answered = true; });
  EXPECT_TRUE(rig.run_until([&] { return answered; }));
  EXPECT_EQ(system_->count(), names + NameService::kMostThreadsForSlow + 1);
  system_->release();
  EXPECT_TRUE(rig.run_until([&] { return answers == 2 * names; }));
}

TEST_F(NameLookupTest, RefusesWhenTooManyNamesWait) {
  NameLookup lookup(rig_.loop);
  const size_t names = NameService::kMostThreads + NameService::kMostWaiting;
  for (size_t i = 0; i < names; ++i) start(lookup, dead(i));
  start(lookup, "one more");
  ASSERT_TRUE(answered("one more"));
  EXPECT_EQ(answers_["one more"].error, "too many names wait");
  system_->release();
  EXPECT_TRUE(rig_.run_until([&] { return answers_.size() == names + 1; }));
}

TEST_F(NameLookupTest, ANameThatNobodyWaitsForIsNotLookedUp) {
  std::optional<NameLookup> lookup(rig_.loop);
  NameLookup other(rig_.loop);
  for (size_t i = 0; i < NameService::kMostThreads; ++i) start(other, dead(i));
  ASSERT_TRUE(system_->has_begun(NameService::kMostThreads));
  start(*lookup, "given up");
  start(other, "web");
  lookup.reset();
  system_->release();
  ASSERT_TRUE(answered("web"));
  rig_.run_ready();
  EXPECT_EQ(system_->count("given up"), 0U);
  EXPECT_FALSE(answers_.contains("given up"));
}

TEST_F(NameLookupTest, AnAnswerMayEndTheLookupsOfOthers) {
  NameLookup first(rig_.loop);
  std::optional<NameLookup> second(rig_.loop);
  bool told = false;
  first.start("dead", [&](const NameAnswer&) { second.reset(); });
  second->start("dead", [&](const NameAnswer&) { told = true; });
  first.start("dead", [&](const NameAnswer&) { answers_["dead"] = {}; });
  system_->release();
  EXPECT_TRUE(answered("dead"));
  EXPECT_FALSE(told);
}

// As with a connection that keeps itself alive until its target is found.
TEST_F(NameLookupTest, TheCallbackMayOwnTheLookup) {
  struct Owner {
    explicit Owner(asio::io_context& loop) : lookup(loop) {}
    NameLookup lookup;
  };
  std::vector<std::weak_ptr<Owner>> owners;
  for (const char* host : {"web", "dead1", "dead2"}) {
    auto owner = std::make_shared<Owner>(rig_.loop);
    owners.emplace_back(owner);
    owner->lookup.start(host, [owner](const NameAnswer&) {});
  }
  EXPECT_TRUE(rig_.run_until([&] { return owners[0].expired(); }));
  owners[1].lock()->lookup.cancel();
  EXPECT_TRUE(owners[1].expired());
  EXPECT_FALSE(owners[2].expired()) << "dies with the loop";
}

// The end of the program does not wait for a name server.
TEST_F(NameLookupTest, AThreadMayOutliveTheLoop) {
  auto loop = std::make_unique<asio::io_context>(1);
  asio::make_service<NameService>(
      *loop, [system = system_](const std::string& host) { return system->find(host); });
  auto lookup = std::make_unique<NameLookup>(*loop);
  lookup->start("dead", [](const NameAnswer&) { ADD_FAILURE(); });
  ASSERT_TRUE(system_->has_begun(1));
  lookup.reset();
  loop.reset();
  system_->release();
}

TEST(NameLookup, FindsThisMachineByTheSystem) {
  test::LoopRig rig;
  NameLookup lookup(rig.loop);
  std::optional<NameAnswer> found;
  lookup.start("localhost", [&](const NameAnswer& answer) { found = answer; });
  ASSERT_TRUE(rig.run_until([&] { return found.has_value(); }));
  ASSERT_FALSE(found->addresses.empty()) << found->error;
  const std::set all(found->addresses.begin(), found->addresses.end());
  EXPECT_EQ(all.size(), found->addresses.size()) << "each once";
  for (const auto& address : all) EXPECT_TRUE(address.is_loopback()) << address.to_string();
}

}  // namespace
}  // namespace ngcshare
