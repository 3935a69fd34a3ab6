#include "bot/http/bearer_token.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <span>
#include <stdexcept>
#include <vector>

#include "bot/base/ascii.h"
#include "storage/files/atomic_file.h"
#include "storage/files/error.h"

namespace ngcshare {
namespace {

using storage::StorageError;

constexpr size_t kRandomBytes = 24;
constexpr int kAlphabet = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

bool may_stand_in_token(char c) {
  return is_letter_or_digit(c) || std::string_view("-._~+/=").find(c) != std::string_view::npos;
}

// Returns the reason why the text cannot be a token, or nullptr if it can.
const char* fault_in(std::string_view text) {
  if (text.size() < BearerToken::kMinBytes) return "the token has fewer than 16 characters";
  if (text.size() > BearerToken::kMaxBytes) return "the token has more than 1024 characters";
  const bool is_clean = std::all_of(text.begin(), text.end(), may_stand_in_token);
  return is_clean ? nullptr : "the token has other characters than letters, digits and -._~+/=";
}

// Returns 192 random bits as 32 characters that need no escape in a URL.
std::string draw_token(Entropy& entropy) {
  std::array<uint8_t, kRandomBytes> random{};
  for (size_t i = 0; i < random.size(); i += 4) {
    const uint32_t drawn = entropy.next_u32();
    for (size_t byte = 0; byte < 4; ++byte) {
      random.at(i + byte) = static_cast<uint8_t>(drawn >> (8 * byte));
    }
  }
  std::array<char, sodium_base64_ENCODED_LEN(kRandomBytes, kAlphabet)> text{};
  return sodium_bin2base64(text.data(), text.size(), random.data(), random.size(), kAlphabet);
}

void check_mode(const std::filesystem::path& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) {
    throw storage::system_call_error(path, errno, storage::FileAccess::kRead);
  }
  if ((found.st_mode & (S_IWGRP | S_IRWXO)) == 0) return;
  throw StorageError(StorageError::Kind::kOther, path,
                     "holds a secret, but other users can read or change it",
                     "remove it (a new one is created), or run chmod 600 on it and replace the "
                     "token");
}

std::optional<std::string> read_if_there(const std::filesystem::path& path) {
  const auto content = storage::read_file(path);
  if (!content) return std::nullopt;
  std::string_view text(reinterpret_cast<const char*>(content->data()), content->size());
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  if (const char* const fault = fault_in(text)) {
    throw StorageError(StorageError::Kind::kOther, path, fault, "write another one into the file");
  }
  return std::string(text);
}

}  // namespace

BearerToken::BearerToken(std::string_view text) {
  if (const char* const fault = fault_in(text)) throw std::invalid_argument(fault);
  randombytes_buf(key_.data(), key_.size());
  hash_ = hash_of(text);
}

std::string BearerToken::read_text(const std::filesystem::path& path) {
  auto text = read_if_there(path);
  if (!text) throw storage::system_call_error(path, ENOENT, storage::FileAccess::kRead);
  return *text;
}

BearerToken BearerToken::load(const std::filesystem::path& path) {
  return BearerToken(read_text(path));
}

BearerToken BearerToken::load_or_create(const std::filesystem::path& path, Entropy& entropy) {
  if (const auto known = read_if_there(path)) {
    check_mode(path);
    return BearerToken(*known);
  }
  const std::string text = draw_token(entropy);
  const std::string line = text + "\n";
  storage::write_file_atomically(path,
                                 {reinterpret_cast<const uint8_t*>(line.data()), line.size()});
  return BearerToken(text);
}

// Compares hashes in constant time. Hashing depends on the credential's length, which its sender
// knows.
bool BearerToken::matches(std::string_view credential) const {
  const storage::Key32 other = hash_of(credential);
  return sodium_memcmp(hash_.data(), other.data(), hash_.size()) == 0;
}

storage::Key32 BearerToken::hash_of(std::string_view text) const {
  storage::Key32 hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const uint8_t*>(text.data()),
                     text.size(), key_.data(), key_.size());
  return hash;
}

}  // namespace ngcshare
