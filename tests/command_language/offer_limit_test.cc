#include "bot/services/offer_limit.h"

#include <gtest/gtest.h>

#include "bot/console/stored_services.h"
#include "storage/stores/service_store.h"
#include "tests/command_language/command_rig.h"
#include "tests/support/keys.h"

namespace ngcshare {
namespace {

using storage::ServiceRecord;
using test::key_of;

const Key kGroup = key_of(0x11);
const Key kOther = key_of(0x22);

ServiceRecord service(const std::string& name, uint16_t ports,
                      const std::optional<Key>& chat_id = kGroup) {
  ServiceRecord record;
  record.name = name;
  record.host = "127.0.0.1";
  record.ports = {{1000, static_cast<uint16_t>(999 + ports), true, false}};
  record.chat_id = chat_id;
  return record;
}

TEST(OfferLimit, CountsThePortsOfAllServicesThatAGroupIsOffered) {
  const std::vector<ServiceRecord> others{service("a", 64), service("b", 60, std::nullopt),
                                          service("elsewhere", 64, kOther)};
  EXPECT_EQ(exceeds_offers(service("c", 4), others), std::nullopt);
  const auto problem = exceeds_offers(service("c", 5), others);
  ASSERT_TRUE(problem);
  EXPECT_EQ(*problem,
            "a gateway can offer 128 ports to a group; 124 are in use and c needs 5; unshare "
            "another service first, for example: unshare a");
}

TEST(OfferLimit, OfAServiceForAllGroupsIsThatOfTheFullest) {
  const std::vector<ServiceRecord> others{service("a", 64), service("b", 62),
                                          service("x", 1, kOther)};
  EXPECT_EQ(exceeds_offers(service("c", 2, std::nullopt), others), std::nullopt);
  EXPECT_TRUE(exceeds_offers(service("c", 3, std::nullopt), others));
}

TEST(OfferLimit, CountsAPortOfBothTransportsOnceAndTheOneThatIsReplacedNotAtAll) {
  ServiceRecord both = service("a", 64);
  both.ports.push_back({1000, 1063, false, true});
  EXPECT_EQ(exceeds_offers(service("b", 64), std::vector{both}), std::nullopt);
  EXPECT_EQ(exceeds_offers(service("a", 64), std::vector{both, service("b", 64)}), std::nullopt);
}

// -- through every entry point --------------------------------------------------------------------

class OfferLimitOfGateway : public testing::Test {
 protected:
  OfferLimitOfGateway() {
    rig_.groups.put({kGroup, "friends"});
    EXPECT_TRUE(owner("share a 1000-1063").ok);
    EXPECT_TRUE(owner("share b 1000-1062").ok);
  }
  Answer owner(std::string_view line) {
    return rig_.commands.run(line, {Level::kOwner, std::nullopt, std::nullopt, Door::kControl});
  }
  static bool is_refused(const Answer& answer) {
    return !answer.ok && answer.text.find("128 ports to a group") != std::string::npos;
  }

  test::CommandRig rig_;
};

TEST_F(OfferLimitOfGateway, HoldsAtShareAndAtEdit) {
  EXPECT_TRUE(is_refused(owner("share c 80 81")));
  EXPECT_FALSE(rig_.services.find("c"));
  EXPECT_TRUE(owner("share c 80").ok);
  EXPECT_TRUE(is_refused(owner("edit c 80 81")));
  EXPECT_EQ(rig_.services.find("c")->ports.size(), 1U);
  EXPECT_TRUE(owner("edit b 1000-1061").ok);
  EXPECT_TRUE(owner("edit c 80 81").ok);
}

TEST_F(OfferLimitOfGateway, HoldsForFlagsBesideWhatWasSharedByCommands) {
  const auto flag = [](const std::string& name, uint16_t last) {
    return ShareSpec{name, "127.0.0.1", {{1, last, true, false}}};
  };
  const auto problems = rig_.gateway.declare({flag("c", 1), flag("d", 1)});
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].substr(0, 3), "d: ");
  EXPECT_FALSE(rig_.services.find("c"));
  EXPECT_TRUE(rig_.gateway.declare({flag("c", 1)}).empty());
  EXPECT_TRUE(rig_.gateway.declare({flag("d", 1)}).empty()) << "c has made room";
  EXPECT_TRUE(rig_.gateway.declare({flag("a", 1), flag("d", 64)}).empty()) << "a is replaced";
}

TEST_F(OfferLimitOfGateway, HoldsOnADatabaseAlone) {
  StoredServices stored(rig_.services, rig_.access);
  const ShareSpec two{"c", "127.0.0.1", {{80, 81, true, false}}};
  EXPECT_TRUE(stored.share(two, std::nullopt, std::nullopt));
  auto b = *rig_.services.find("b");
  b.ports = {{1000, 1061, true, false}};
  EXPECT_EQ(stored.edit(b), std::nullopt);
  EXPECT_EQ(stored.share(two, std::nullopt, std::nullopt), std::nullopt);
  b.ports = {{1000, 1062, true, false}};
  EXPECT_TRUE(stored.edit(b));
}

}  // namespace
}  // namespace ngcshare
