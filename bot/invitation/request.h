// The message of a friend request that an invitation link allows (SPEC.md §13).
#pragma once

#include <optional>
#include <string>

#include "bot/invitation/link.h"
#include "protocol/base/bytes.h"
#include "protocol/base/entropy.h"

namespace ngcshare {

// Returns 128 random bits.
InvitationSecret draw_invitation_secret(Entropy& entropy);

// Returns the form in which a secret is stored.
Key hash_of(const InvitationSecret& secret);

std::string request_with(const InvitationSecret& secret);

// Returns the secret in a message, or nullopt if it is not exactly of the form of request_with().
std::optional<InvitationSecret> secret_in_request(Bytes message);

}  // namespace ngcshare
