// The gateway's side of the status page: its tokens in the data folder, its link, and the server.
#pragma once

#include <memory>
#include <string>

#include "bot/options.h"
#include "bot/status_server.h"
#include "protocol/entropy.h"

namespace ngcshare {

class StatusPage {
 public:
  // Draws the tokens where there are none, and serves. Throws StorageError, PortInUseError.
  StatusPage(asio::io_context& loop, const HttpOptions& options,
             const std::filesystem::path& data_folder, Entropy& entropy, StatusServer::Ways ways);

  // For a browser on this machine. The token stands behind '#', which is never sent anywhere.
  // Throws StorageError when the token's file can't be read.
  std::string link(bool as_owner) const;

 private:
  const HttpAddress address_;
  const std::filesystem::path token_file_;
  const std::filesystem::path owner_token_file_;
  StatusServer server_;
};

}  // namespace ngcshare
