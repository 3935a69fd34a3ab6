// The gateway's status page: its tokens, kept in the data folder, its link, and its server.
#pragma once

#include <memory>
#include <string>

#include "bot/options.h"
#include "bot/status_server.h"
#include "protocol/entropy.h"

namespace ngcshare {

class StatusPage {
 public:
  // Creates missing tokens and starts serving. Throws StorageError, PortInUseError.
  StatusPage(asio::io_context& loop, const HttpOptions& options,
             const std::filesystem::path& data_folder, Entropy& entropy, StatusServer::Ways ways);

  // Returns the link for a browser on this machine. The token follows '#', the part of a URL that
  // browsers never send. Throws StorageError if the token's file cannot be read.
  std::string link(bool as_owner) const;

 private:
  const HttpAddress address_;
  const std::filesystem::path token_file_;
  const std::filesystem::path owner_token_file_;
  StatusServer server_;
};

}  // namespace ngcshare
