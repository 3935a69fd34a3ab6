// The gateway's side of the status page: its tokens in the data folder, its link, and the server.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "bot/http_address.h"
#include "bot/status_server.h"
#include "protocol/entropy.h"

namespace ngcshare {

class StatusPage {
 public:
  struct Config {
    HttpAddress address;
    // Files of the tokens. Empty: a file in the data folder, which is made if it is missing.
    std::filesystem::path token_file;
    std::filesystem::path owner_token_file;
    bool open_metrics = false;  // without a token
  };

  // Draws the tokens where there are none, and serves. Throws StorageError, PortInUseError.
  StatusPage(asio::io_context& loop, const Config& config, const std::filesystem::path& data_folder,
             Entropy& entropy, StatusServer::Ways ways);

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
