#include "bot/invitation/link.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <numeric>
#include <sstream>

namespace ngcshare {
namespace {

// Bytes that count up from `first`.
template <size_t kSize>
std::array<uint8_t, kSize> count_from(uint8_t first) {
  std::array<uint8_t, kSize> bytes{};
  std::iota(bytes.begin(), bytes.end(), first);
  return bytes;
}

InvitationLink least() {
  InvitationLink link;
  link.chat_id = count_from<32>(0x00);
  link.tox_id = count_from<38>(0x20);
  link.tox_id[36] = link.tox_id[37] = 0;  // its checksum
  for (size_t i = 0; i < 36; ++i) link.tox_id[36 + i % 2] ^= link.tox_id[i];
  link.secret = count_from<16>(0x50);
  return link;
}

InvitationNode node(const std::string& host) {
  return {.host = host, .port = 33445, .tcp_port = 3389, .key = count_from<32>(0x60)};
}

InvitationLink most() {
  InvitationLink link = least();
  link.is_private = link.own_network = true;
  link.password = "open sesame";
  link.nodes = {node("192.0.2.7"), node("2001:db8::7"), node("boot.example.org")};
  link.nodes[0].tcp_port = 0;
  return link;
}

InvitationLink parsed(const std::string& text) {
  auto result = parse_invitation_link(text);
  if (const auto* error = std::get_if<InvitationLinkError>(&result)) {
    ADD_FAILURE() << text << ": " << error->text;
    return {};
  }
  return std::get<InvitationLink>(result);
}

std::string refusal(const std::string& text) {
  const auto result = parse_invitation_link(text);
  const auto* error = std::get_if<InvitationLinkError>(&result);
  return error == nullptr ? "accepted" : error->text;
}

// The lines "invitation NAME LINK" and "no-invitation NAME LINK" of the page.
std::map<std::string, std::string> vectors(const std::string& verb) {
  std::ifstream page(NGCSHARE_SPEC_PATH);
  std::map<std::string, std::string> found;
  for (std::string line; std::getline(page, line);) {
    std::istringstream words(line);
    std::string first, name, text;
    if (words >> first >> name >> text && first == verb && is_meant_as_link(text)) {
      found[name] = text;
    }
  }
  return found;
}

TEST(InvitationLink, IsWrittenAsTheSpecificationSays) {
  const auto accepted = vectors("invitation");
  const std::map<std::string, InvitationLink> links = {{"least", least()}, {"most", most()}};
  EXPECT_EQ(accepted.size(), links.size());
  for (const auto& [name, link] : links) {
    ASSERT_TRUE(accepted.contains(name)) << name << " " << to_text(link);
    EXPECT_EQ(to_text(link), accepted.at(name)) << name;
    EXPECT_EQ(parsed(accepted.at(name)), link) << name;
  }
}

TEST(InvitationLink, RefusesWhatTheSpecificationRefuses) {
  const std::map<std::string, std::string> said = {
      {"checksum", "typing error"},     {"version_two", "newer"},
      {"unknown_flag", "not valid"},    {"five_nodes", "not valid"},
      {"address_as_name", "not valid"}, {"own_network_without_nodes", "not valid"},
      {"byte_behind", "not valid"},     {"port_zero", "not valid"},
      {"long_password", "not valid"}};
  const auto refused = vectors("no-invitation");
  EXPECT_EQ(refused.size(), said.size());
  for (const auto& [name, reason] : said) {
    ASSERT_TRUE(refused.contains(name)) << name;
    EXPECT_NE(refusal(refused.at(name)).find(reason), std::string::npos)
        << name << ": " << refusal(refused.at(name));
  }
}

TEST(InvitationLink, EachChangedOrMissingCharacterIsNoticed) {
  const std::string text = to_text(most());
  for (size_t i = InvitationLink::kScheme.size(); i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(refusal(changed), "accepted") << i;
    EXPECT_NE(refusal(text.substr(0, i)), "accepted") << i;
  }
}

TEST(InvitationLink, TextAroundItIsRefused) {
  const std::string text = to_text(least());
  const std::pair<const char*, std::string> cases[] = {
      {"empty", ""},
      {"scheme alone", "ngcshare:"},
      {"other scheme", "tox:" + text.substr(9)},
      {"capital scheme", "NGCSHARE:" + text.substr(9)},
      {"space before", " " + text},
      {"space behind", text + " "},
      {"newline behind", text + "\n"},
      {"padding", text + "="},
      {"very long", text + std::string(100000, 'A')},
  };
  for (const auto& [label, tried] : cases) EXPECT_NE(refusal(tried), "accepted") << label;
}

TEST(InvitationLink, FitsInAChatMessageWithItsCommandAndLeavesOutNodesThatDoNotFit) {
  InvitationLink link = most();
  link.password = std::string(InvitationLink::kMostPasswordBytes, 'p');
  link.nodes = {
      node(std::string(253, 'n')), node("2001:db8::1"), node("2001:db8::2"), node("no host"),
      node("2001:db8::3"),         node("2001:db8::4"), node("2001:db8::5")};
  const std::string text = to_text(link);
  EXPECT_LE(("ngcshare connect " + text).size(), 480U);
  const InvitationLink read = parsed(text);
  ASSERT_EQ(read.nodes.size(), InvitationLink::kMostNodes);
  EXPECT_EQ(read.nodes.front().host, "2001:db8::1");
  EXPECT_EQ(read.nodes.back().host, "2001:db8::4");
  EXPECT_EQ(read.password, link.password);
}

TEST(InvitationLink, DoesNotClaimANetworkOfItsOwnWithoutANodeOfIt) {
  InvitationLink link = least();
  link.own_network = true;
  link.nodes = {node("no host")};
  EXPECT_FALSE(parsed(to_text(link)).own_network);
}

TEST(InvitationLink, IsToldFromACommand) {
  EXPECT_TRUE(is_meant_as_link(to_text(least())));
  EXPECT_TRUE(is_meant_as_link(to_text(least()).substr(0, 80)));
  EXPECT_FALSE(is_meant_as_link("ngcshare: services"));
  EXPECT_FALSE(is_meant_as_link("ngcshare:services"));
  EXPECT_FALSE(is_meant_as_link("ngcshare:share " + std::string(60, 'x') + " 80"));
}

}  // namespace
}  // namespace ngcshare
