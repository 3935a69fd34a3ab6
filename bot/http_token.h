// A secret that a program sends as "Authorization: Bearer …". It is kept in a file, so that it
// stays the same and a browser or Prometheus can be given it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "protocol/entropy.h"
#include "storage/key.h"

namespace ngcshare {

// 192 random bits as 32 characters that may stand in a URL.
std::string draw_http_token(Entropy& entropy);

class HttpToken {
 public:
  static constexpr size_t kMinBytes = 16;
  static constexpr size_t kMaxBytes = 1024;

  // Only a hash is kept. Throws std::invalid_argument with a reason in a few words, and without the
  // text, unless it has kMinBytes to kMaxBytes letters, digits or "-._~+/=".
  explicit HttpToken(std::string_view text);

  // Reads the token, without the line's end. Throws storage::StorageError: no such file, it cannot
  // be read, others than its owner and group may read it or others than its owner may write it, or
  // what it holds is no token.
  static HttpToken load(const std::filesystem::path& path);
  // The same, but where no file is it draws a token and writes it, with mode 0600.
  static HttpToken load_or_create(const std::filesystem::path& path, Entropy& entropy);

  // Takes as long whatever the token is.
  bool matches(std::string_view credential) const;

 private:
  storage::Key32 hash_of(std::string_view text) const;

  storage::Key32 key_{};  // random: what the hashes are is not to be foreseen
  storage::Key32 hash_{};
};

}  // namespace ngcshare
