// Keeps the Tox profile unreadable on the disk: toxcore's own format for encrypted profiles
// (toxencryptsave.h), which other Tox programs read, too.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

struct Tox_Pass_Key;

namespace ngcshare {

// The profile cannot be read with what is known; what() is one line for the user.
class ProfileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class ProfileCipher {
 public:
  // Empty: profiles are written as they are.
  explicit ProfileCipher(std::string passphrase) : passphrase_(std::move(passphrase)) {}

  // The profile as toxcore takes it. One that is not encrypted comes back as it is, and is
  // encrypted when it is next written. Throws ProfileError: encrypted and no passphrase, a wrong
  // one, damaged.
  std::vector<uint8_t> open(const std::vector<uint8_t>& stored);
  // As it is to be stored. The key is derived from the passphrase once, which takes about a second.
  // Throws ProfileError.
  std::vector<uint8_t> seal(const std::vector<uint8_t>& profile);

 private:
  struct Killer {
    void operator()(Tox_Pass_Key* key) const;
  };
  const std::string passphrase_;
  std::unique_ptr<Tox_Pass_Key, Killer> key_;
};

}  // namespace ngcshare
