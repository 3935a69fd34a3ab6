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

  // Reads the token, without the line's end. Whoever gave the file has decided who may read it: a
  // container's secrets are often readable by all inside. Throws storage::StorageError: no such
  // file, it cannot be read, or what it holds is no token.
  static HttpToken load(const std::filesystem::path& path);
  // The token itself, to show it. Throws the same.
  static std::string read_text(const std::filesystem::path& path);
  // As load(), for a file of our own: where there is none a token is drawn and written, with mode
  // 0600, and one that others than its owner and group may read is refused.
  static HttpToken load_or_create(const std::filesystem::path& path, Entropy& entropy);

  // Takes as long whatever the token is.
  bool matches(std::string_view credential) const;

 private:
  storage::Key32 hash_of(std::string_view text) const;

  storage::Key32 key_{};  // random: what the hashes are is not to be foreseen
  storage::Key32 hash_{};
};

}  // namespace ngcshare
