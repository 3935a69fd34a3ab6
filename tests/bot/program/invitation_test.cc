#include "bot/program/invitation.h"

#include <gtest/gtest.h>

#include "tests/support/keys.h"
#include "tests/support/offline_node.h"

namespace ngcshare {
namespace {

BootstrapNode own_node(uint8_t number) {
  return {"192.0.2." + std::to_string(number), 33445, {3389, 443}, test::key_of(number)};
}

TEST(GatewaysLink, TellsTheNodesThatAreNotBuiltIn) {
  InvitationLink link;
  std::vector<BootstrapNode> nodes = default_bootstrap_nodes();
  nodes.insert(nodes.begin() + 1, own_node(7));
  tell_nodes(nodes, link);
  const InvitationNode told{"192.0.2.7", 33445, 3389, test::key_of(7)};
  EXPECT_EQ(link.nodes, std::vector{told});
  EXPECT_FALSE(link.own_network);
}

TEST(GatewaysLink, SaysThatTheNetworkIsItsOwnIfNoNodeIsBuiltIn) {
  InvitationLink own;
  tell_nodes({own_node(7), own_node(8)}, own);
  EXPECT_EQ(own.nodes.size(), 2U);
  EXPECT_TRUE(own.own_network);
  InvitationLink public_one;
  tell_nodes(default_bootstrap_nodes(), public_one);
  EXPECT_TRUE(public_one.nodes.empty());
  EXPECT_FALSE(public_one.own_network);
  InvitationLink without_any;
  tell_nodes({}, without_any);
  EXPECT_FALSE(without_any.own_network);
}

TEST(GatewaysLink, IsOfAGroupThatTheGatewayIsIn) {
  test::OfflineNode offline;
  const auto group = offline.node.create_group("room", "bot", true);
  ASSERT_TRUE(group && offline.node.set_group_password(*group, "sesame"));
  const Key chat_id = offline.node.chat_id(*group).value();
  const auto link = link_to_group(offline.node, {}, chat_id);
  ASSERT_TRUE(link);
  EXPECT_EQ(link->chat_id, chat_id);
  EXPECT_EQ(to_hex(link->tox_id), offline.node.address());
  EXPECT_EQ(link->password, "sesame");
  EXPECT_TRUE(link->is_private);
  EXPECT_EQ(link->secret, InvitationSecret());
  const auto read = parse_invitation_link(to_text(*link));
  EXPECT_EQ(std::get<InvitationLink>(read), *link);
  EXPECT_FALSE(link_to_group(offline.node, {}, test::key_of(1)));
}

}  // namespace
}  // namespace ngcshare
