// Invitation links (SPEC.md §13): one word of text with everything that a member needs to enter a
// group. A link has a secret, so it is as good as a key for whoever reads it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "bot/base/key.h"

namespace ngcshare {

using InvitationSecret = std::array<uint8_t, 16>;

// A node of the Tox network that the gateway is in.
struct InvitationNode {
  std::string host;  // a name or numeric address
  uint16_t port = 0;
  uint16_t tcp_port = 0;  // of its relay; 0: it has none
  Key key{};

  friend bool operator==(const InvitationNode&, const InvitationNode&) = default;
};

struct InvitationLink {
  static constexpr size_t kToxIdBytes = 38;
  static constexpr size_t kMostNodes = 4;
  static constexpr size_t kMostPasswordBytes = 32;  // toxcore's limit
  // So that "ngcshare connect LINK" fits in one message of a group's chat.
  static constexpr size_t kMostBytes = 336;  // before their encoding as text
  static constexpr std::string_view kScheme = "ngcshare:";

  Key chat_id{};
  std::array<uint8_t, kToxIdBytes> tox_id{};  // of the gateway
  InvitationSecret secret{};
  std::string password = {};  // of the group; a secret. Empty: there is none, or it is not told
  bool is_private = false;    // the group can be entered by invitation only
  bool own_network = false;   // the gateway is in no other Tox network than that of `nodes`
  std::vector<InvitationNode> nodes = {};

  friend bool operator==(const InvitationLink&, const InvitationLink&) = default;
};

// The reason why a text is no link, for a person.
struct InvitationLinkError {
  std::string text;
};

// Returns true if the text begins as a link does and has no space, so that it was meant as one.
bool is_meant_as_link(std::string_view text);

// Leaves out nodes that do not fit. REQUIRES: the Tox ID's checksum is right, the password is at
// most kMostPasswordBytes long.
std::string to_text(const InvitationLink& link);

// Accepts only what to_text() writes, with any valid nodes.
std::variant<InvitationLink, InvitationLinkError> parse_invitation_link(std::string_view text);

}  // namespace ngcshare
