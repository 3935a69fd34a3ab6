// A secret that clients send as "Authorization: Bearer …". It is kept in a file, so that it stays
// the same and can be given to a browser or to Prometheus.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "protocol/base/entropy.h"
#include "storage/values/key.h"

namespace ngcshare {

class BearerToken {
 public:
  static constexpr size_t kMinBytes = 16;
  static constexpr size_t kMaxBytes = 1024;

  // Keeps only a hash of the text. Throws std::invalid_argument, with a short reason that does not
  // contain the text, unless it has kMinBytes to kMaxBytes letters, digits or "-._~+/=".
  explicit BearerToken(std::string_view text);

  // Reads the token, ignoring line ends after it. Does not check the file's mode, because a file
  // that somebody named may be readable by all, as a container's secrets often are. Throws
  // storage::StorageError if the file is missing, cannot be read, or does not contain a token.
  static BearerToken load(const std::filesystem::path& path);
  // Returns the token itself, for display. Throws as load() does.
  static std::string read_text(const std::filesystem::path& path);
  // Does the same as load() for a file in the data folder: if it is missing, draws a token of 192
  // random bits and writes it with mode 0600. Also throws if others have any right to the
  // file, or its group may write it.
  static BearerToken load_or_create(const std::filesystem::path& path, Entropy& entropy);

  // Returns true if `credential` is the token. Takes the same time whatever the token is.
  bool matches(std::string_view credential) const;

 private:
  storage::Key32 hash_of(std::string_view text) const;

  storage::Key32 key_{};  // random, so that hashes cannot be predicted
  storage::Key32 hash_{};
};

}  // namespace ngcshare
