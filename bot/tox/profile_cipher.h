// Encrypts the Tox profile on disk, in toxcore's own format for encrypted profiles
// (toxencryptsave.h), which other Tox programs can read too.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

struct Tox_Pass_Key;

namespace ngcshare {

// Thrown if the profile cannot be decrypted or encrypted; what() is one line for the user.
class ProfileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class ProfileCipher {
 public:
  // An empty passphrase leaves profiles unencrypted.
  explicit ProfileCipher(std::string passphrase) : passphrase_(std::move(passphrase)) {}

  // Returns the profile in plain form, for toxcore. An unencrypted profile is returned unchanged,
  // and is encrypted the next time it is written. Throws ProfileError if the profile is damaged, or
  // encrypted and the passphrase is missing or wrong.
  std::vector<uint8_t> open(const std::vector<uint8_t>& stored);
  // Returns the profile in the form to be stored. The first call derives the key from the
  // passphrase, which takes about a second, unless open() did. Throws ProfileError.
  std::vector<uint8_t> seal(const std::vector<uint8_t>& profile);

 private:
  struct Killer {
    void operator()(Tox_Pass_Key* key) const;
  };
  const std::string passphrase_;
  std::unique_ptr<Tox_Pass_Key, Killer> key_;
};

}  // namespace ngcshare
