// Claim tokens: a token is a secret that is shown once and makes the person who sends it back an
// owner. Only its hash is stored.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/entropy.h"
#include "storage/values/key.h"

namespace ngcshare {

// Returns 128 random bits as 32 hexadecimal digits.
std::string draw_claim_token(Entropy& entropy);

// Returns the hash of a token as it was typed. Ignores white space around it and the case of its
// digits. Text that cannot be a token gets a hash that no token has.
storage::Key32 hash_claim_token(std::string_view typed);

// Returns the parts of the text that can be tokens: the runs of exactly 32 hexadecimal digits.
std::vector<std::string_view> possible_claim_tokens(std::string_view text);

// Compares in constant time.
bool same_hash(const storage::Key32& one, const storage::Key32& other);

}  // namespace ngcshare
