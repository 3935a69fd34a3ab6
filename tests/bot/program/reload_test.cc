// Tests reading the configuration again: changes that take effect at once, wait, or are refused.
#include "bot/program/reload.h"

#include <gtest/gtest.h>

#include "tests/bot/options/options_helpers.h"
#include "tests/support/gateway_rig.h"
#include "tests/support/temporary_folder.h"

namespace ngcshare {
namespace {

using test::parse_run;
using test::Variables;

using Names = std::vector<std::string>;

class ReloadTest : public testing::Test {
 protected:
  // Starts with one file and rereads with the other in its place.
  Reread read_again_with(const std::string& before, const std::string& after,
                         const test::Arguments& flags = {}) {
    test::Arguments all = flags;
    all.insert(all.end(), {"--env-file", folder_.file("env", before)});
    started_ = parse_run(all);
    folder_.file("env", after);
    return read_again(started_.common.source, {{"HOME", "/home/somebody"}});
  }
  Names changed(const std::string& before, const std::string& after) {
    const Reread again = read_again_with(before, after);
    EXPECT_TRUE(again.problems.empty());
    return changes(started_, std::get<RunOptions>(again.options));
  }

  test::TemporaryFolder folder_;
  RunOptions started_;
};

TEST_F(ReloadTest, FindsNothingWhereNothingHasChanged) {
  const std::string same = "NGCSHARE_SHARE=a=1,b=2\nNGCSHARE_UDP_PORT=1000\n";
  const Reread again = read_again_with(same, same);
  EXPECT_TRUE(again.problems.empty() && again.waiting.empty());
  EXPECT_TRUE(changes(started_, std::get<RunOptions>(again.options)).empty());
}

TEST_F(ReloadTest, TellsServicesApart) {
  EXPECT_EQ(changed("NGCSHARE_SHARE=a=1,b=2,c=3,d=4\n", "NGCSHARE_SHARE=e=5,b=2,c=4,d=4@::1\n"),
            (Names{"+e", "~c", "~d", "-a"}));
  EXPECT_EQ(changed("NGCSHARE_SHARE=a=1\n", "\n"), Names{}) << "what is shared stays";
  EXPECT_EQ(changed("NGCSHARE_OWNER=" + test::kChatId, "NGCSHARE_NO_HEALTH_CHECKS=1"),
            (Names{"--owner", "--no-health-checks"}));
  EXPECT_EQ(changed("NGCSHARE_ADMIN_PORTS=80", "NGCSHARE_ADMIN_PORTS=80,443"),
            (Names{"--admin-ports"}));
}

TEST_F(ReloadTest, LetsWaitWhatCountsAtAStartOnly) {
  const Reread again =
      read_again_with("NGCSHARE_UDP_PORT=1000\nNGCSHARE_NICK=gate\nNGCSHARE_LOG_LEVEL=info\n",
                      "NGCSHARE_UDP_PORT=1001\nNGCSHARE_NO_LINK=1\nNGCSHARE_LOG_LEVEL=debug\n");
  EXPECT_EQ(again.waiting, (Names{"nick", "udp-port", "no-link"}));
  EXPECT_EQ(common_of(again.options).log_level, "debug");
}

TEST_F(ReloadTest, OfWhatAFlagSaysNothingChanges) {
  const Reread again = read_again_with("NGCSHARE_UDP_PORT=1000\n", "NGCSHARE_UDP_PORT=1001\n",
                                       {"--udp-port", "999"});
  EXPECT_TRUE(again.waiting.empty());
}

TEST_F(ReloadTest, RefusesAFileThatIsWrongWithAllItsProblems) {
  const Reread again = read_again_with("NGCSHARE_SHARE=a=1\n",
                                       "NGCSHARE_SHARE=a=0,b=1@10.0.0.7\nNGCSHARE_SHARES=c=1\n?\n");
  EXPECT_EQ(again.problems.errors().size(), 4U);
}

TEST_F(ReloadTest, RefusesWhenTheFileHasGone) {
  const test::Arguments flags = {"--env-file", folder_.file("env", "")};
  const RunOptions started = parse_run(flags);
  std::filesystem::remove(folder_ / "env");
  EXPECT_FALSE(read_again(started.common.source, {{"HOME", "/h"}}).problems.empty());
}

// -- the gateway's side --------------------------------------------------------------------------

class DeclareWhileRunning : public test::GatewayRig {
 protected:
  static ShareSpec spec(const std::string& name, uint16_t port, const char* host = "127.0.0.1") {
    return {name, host, {{port, port, true, false}}};
  }
};

TEST_F(DeclareWhileRunning, LeavesAServiceThatIsTheSameAlone) {
  ASSERT_TRUE(gateway_.declare({spec("a", target_port()), spec("b", 81)}).empty());
  join(1);
  open(1, "a", target_port(), 5);
  ASSERT_EQ(mappings(1), 1U);
  const MsgId id = offered(1, "a", target_port())->id;
  ASSERT_TRUE(gateway_.declare({spec("a", target_port()), spec("c", 82)}).empty());
  EXPECT_EQ(mappings(1), 1U);
  EXPECT_EQ(offered(1, "a", target_port())->id, id);
  EXPECT_TRUE(is_offered(1, "c", 82));
  EXPECT_FALSE(gateway_.find("b"));
}

TEST_F(DeclareWhileRunning, EndsTheConnectionsOfOneThatHasGone) {
  ASSERT_TRUE(gateway_.declare({spec("a", target_port()), spec("b", 81)}).empty());
  join(1);
  const ServiceKey key = service_key(gateway_.find("a")->id, target_port());
  open(1, "a", target_port(), 5);
  ASSERT_TRUE(gateway_.declare({spec("b", 81)}).empty());
  EXPECT_EQ(mappings(1), 0U);
  EXPECT_EQ(session(1).offered(key), nullptr);
  EXPECT_TRUE(is_offered(1, "b", 81));
}

TEST_F(DeclareWhileRunning, OffersAChangedPortAndEndsTheOld) {
  ASSERT_TRUE(gateway_.declare({spec("a", target_port())}).empty());
  join(1);
  open(1, "a", target_port(), 5);
  ASSERT_TRUE(gateway_.declare({spec("a", 82)}).empty());
  EXPECT_EQ(mappings(1), 0U);
  EXPECT_TRUE(is_offered(1, "a", 82));
  EXPECT_FALSE(is_offered(1, "a", target_port()));
}

// A group's admin may have shared it and have let people in.
TEST_F(DeclareWhileRunning, TakesNothingOverFromAServiceOfOneGroupAlone) {
  const Person guest = join(1);
  ASSERT_FALSE(gateway_.share(spec("nas", target_port()), chat_id_, person_of(2).key));
  change("nas", [](storage::ServiceRecord& record) {
    record.policy = storage::ServicePolicy::kList;
    record.observers = true;
    record.limits.connections_per_peer = 7;
  });
  const int64_t before = gateway_.find("nas")->id;
  access_.set_rule({before, guest, storage::RuleEffect::kAllow, {}});
  gateway_.review();
  open(1, "nas", target_port(), 5);
  ASSERT_EQ(mappings(1), 1U);
  ASSERT_TRUE(gateway_.declare({spec("nas", target_port())}).empty());
  EXPECT_EQ(mappings(1), 0U);
  const auto now = gateway_.find("nas").value();
  EXPECT_NE(now.id, before);
  EXPECT_EQ(now, services_.find("nas"));
  EXPECT_TRUE(access_.rules(now.id).empty());
  EXPECT_TRUE(access_.rules(before).empty());
  EXPECT_EQ(now.chat_id, std::nullopt);
  EXPECT_EQ(now.created_by, std::nullopt);
  EXPECT_EQ(now.policy, storage::ServicePolicy::kList) << "what was closed opens to nobody";
  EXPECT_FALSE(is_offered(1, "nas", target_port()));
  EXPECT_FALSE(now.observers);
  EXPECT_EQ(now.limits, storage::ServiceLimits());
  ASSERT_TRUE(gateway_.declare({spec("nas", 82)}).empty());
  EXPECT_EQ(gateway_.find("nas")->id, now.id) << "one for all groups is only changed";
}

TEST_F(DeclareWhileRunning, ChangesNothingWhenATargetIsNotAllowed) {
  ASSERT_TRUE(gateway_.declare({spec("a", target_port())}).empty());
  join(1);
  open(1, "a", target_port(), 5);
  EXPECT_EQ(gateway_.declare({spec("b", 81), spec("c", 82, "10.0.0.7")}).size(), 1U);
  EXPECT_EQ(mappings(1), 1U);
  EXPECT_FALSE(gateway_.find("b"));
}

TEST_F(DeclareWhileRunning, EndsWhatLeadsToAHostThatIsNotAllowedAnyMore) {
  policy_.allow("127.0.0.1");
  policy_.allow("target.invalid");
  ASSERT_TRUE(gateway_.declare({spec("far", 81, "target.invalid")}).empty());
  join(1);
  open(1, "far", 81, 5);
  ASSERT_EQ(mappings(1), 1U);
  policy_ = TargetPolicy();
  gateway_.review();
  EXPECT_EQ(mappings(1), 0U);
}

}  // namespace
}  // namespace ngcshare
