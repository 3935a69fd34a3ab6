#include "bot/peers/epoch_seal.h"

#include <sodium.h>

#include <cstring>

#include "protocol/wire/msg_id.h"

namespace ngcshare {
namespace {

constexpr unsigned kHashBits = 24;

static_assert(sizeof(EpochSeal::Secret) == crypto_shorthash_KEYBYTES);

}  // namespace

uint32_t EpochSeal::make(uint8_t random, const storage::Person& peer, int64_t step) const {
  std::array<uint8_t, sizeof peer.chat_id + sizeof peer.key + sizeof step + 1> text{};
  uint8_t* at = text.data();
  const auto append = [&at](const void* bytes, size_t size) {
    std::memcpy(at, bytes, size);
    at += size;
  };
  append(peer.chat_id.data(), peer.chat_id.size());
  append(peer.key.data(), peer.key.size());
  for (unsigned byte = 0; byte < sizeof step; ++byte) {  // the same on all machines
    *at++ = static_cast<uint8_t>(static_cast<uint64_t>(step) >> (8 * byte));
  }
  append(&random, 1);
  std::array<uint8_t, crypto_shorthash_BYTES> hash{};
  crypto_shorthash(hash.data(), text.data(), text.size(), secret_.data());
  const uint32_t low =
      hash[0] | static_cast<uint32_t>(hash[1]) << 8U | static_cast<uint32_t>(hash[2]) << 16U;
  return static_cast<uint32_t>(random) << kHashBits | low;
}

uint32_t EpochSeal::draw(const storage::Person& peer, int64_t step, Entropy& entropy) const {
  uint32_t epoch = 0;
  do {
    epoch = make(static_cast<uint8_t>(entropy.next_u32()), peer, step);
  } while (!may_be_drawn(epoch));
  return epoch;
}

bool EpochSeal::is_own(uint32_t epoch, const storage::Person& peer, int64_t step) const {
  return make(static_cast<uint8_t>(epoch >> kHashBits), peer, step) == epoch;
}

}  // namespace ngcshare
