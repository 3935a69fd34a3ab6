// A secret that is shown once and makes who repeats it an owner. Only its hash is kept.
#pragma once

#include <string>
#include <string_view>

#include "protocol/entropy.h"
#include "storage/key.h"

namespace ngcshare {

// 128 random bits as 32 hexadecimal digits.
std::string draw_claim_token(Entropy& entropy);

// Of the token as somebody typed it: spaces around it and the case of its digits don't count.
storage::Key32 hash_claim_token(std::string_view typed);

// Takes as long whatever the hashes are.
bool same_hash(const storage::Key32& one, const storage::Key32& other);

}  // namespace ngcshare
