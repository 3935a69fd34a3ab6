#include "bot/tox/profile_cipher.h"

#include <tox/toxencryptsave.h>

#include <array>

namespace ngcshare {
namespace {

const uint8_t* bytes_of(const std::string& text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

}  // namespace

void ProfileCipher::Killer::operator()(Tox_Pass_Key* key) const { tox_pass_key_free(key); }

std::vector<uint8_t> ProfileCipher::open(const std::vector<uint8_t>& stored) {
  if (stored.size() < TOX_PASS_ENCRYPTION_EXTRA_LENGTH || !tox_is_data_encrypted(stored.data())) {
    return stored;
  }
  if (passphrase_.empty()) {
    throw ProfileError("profile.tox is encrypted; give its passphrase with --passphrase-file");
  }
  // The key is kept for writing: seal() reuses it with this salt.
  std::array<uint8_t, TOX_PASS_SALT_LENGTH> salt{};
  if (!tox_get_salt(stored.data(), salt.data(), nullptr)) {
    throw ProfileError("profile.tox is damaged");
  }
  key_.reset(tox_pass_key_derive_with_salt(bytes_of(passphrase_), passphrase_.size(), salt.data(),
                                           nullptr));
  std::vector<uint8_t> profile(stored.size() - TOX_PASS_ENCRYPTION_EXTRA_LENGTH);
  if (key_ == nullptr ||
      !tox_pass_key_decrypt(key_.get(), stored.data(), stored.size(), profile.data(), nullptr)) {
    throw ProfileError("the passphrase in --passphrase-file does not open profile.tox");
  }
  return profile;
}

std::vector<uint8_t> ProfileCipher::seal(const std::vector<uint8_t>& profile) {
  if (passphrase_.empty()) return profile;
  if (key_ == nullptr) {
    key_.reset(tox_pass_key_derive(bytes_of(passphrase_), passphrase_.size(), nullptr));
  }
  std::vector<uint8_t> stored(profile.size() + TOX_PASS_ENCRYPTION_EXTRA_LENGTH);
  if (key_ == nullptr ||
      !tox_pass_key_encrypt(key_.get(), profile.data(), profile.size(), stored.data(), nullptr)) {
    throw ProfileError("profile.tox could not be encrypted");
  }
  return stored;
}

}  // namespace ngcshare
