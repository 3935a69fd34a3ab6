#include "bot/status/page.h"

#include "storage/files/error.h"

namespace ngcshare {
namespace {

std::filesystem::path or_default(const std::filesystem::path& given,
                                 const std::filesystem::path& otherwise) {
  return given.empty() ? otherwise : given;
}

// Throws if both tokens are the same, because every viewer could then act as the owner.
void require_two_tokens(const std::filesystem::path& viewer, const std::filesystem::path& owner) {
  if (BearerToken::read_text(viewer) != BearerToken::read_text(owner)) return;
  throw storage::StorageError(storage::StorageError::Kind::kOther, owner,
                              "holds the same token as " + viewer.string(),
                              "write another one into this file");
}

// Creates a token only in the default file: a missing file that a flag names is a mistake.
BearerToken token_of(const std::filesystem::path& given, const std::filesystem::path& otherwise,
                     Entropy& entropy) {
  return given.empty() ? BearerToken::load_or_create(otherwise, entropy) : BearerToken::load(given);
}

}  // namespace

StatusPage::StatusPage(asio::io_context& loop, const Config& config,
                       const std::filesystem::path& data_folder, Entropy& entropy,
                       StatusServer::Ways ways)
    : address_(config.address),
      token_file_(or_default(config.token_file, data_folder / "http-token")),
      owner_token_file_(or_default(config.owner_token_file, data_folder / "http-owner-token")),
      server_(loop,
              {.address = config.address.ip,
               .port = config.address.port,
               .viewer = token_of(config.token_file, token_file_, entropy),
               .owner = token_of(config.owner_token_file, owner_token_file_, entropy),
               .open_metrics = config.open_metrics},
              std::move(ways)) {
  require_two_tokens(token_file_, owner_token_file_);
}

std::string StatusPage::link(bool as_owner) const {
  return to_url(address_) +
         "#token=" + BearerToken::read_text(as_owner ? owner_token_file_ : token_file_);
}

}  // namespace ngcshare
