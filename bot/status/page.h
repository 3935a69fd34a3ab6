// The gateway's status page: its tokens, kept in the data folder, its link, and its server.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "bot/http/address.h"
#include "bot/status/server.h"
#include "protocol/base/entropy.h"

namespace ngcshare {

class StatusPage {
 public:
  struct Config {
    HttpAddress address;
    // Files of the tokens. If empty, a file in the data folder, which is made if it is missing.
    std::filesystem::path token_file;
    std::filesystem::path owner_token_file;
    bool open_metrics = false;  // without a token
  };

  // Creates missing tokens and starts serving. Throws StorageError, PortInUseError.
  StatusPage(asio::io_context& loop, const Config& config, const std::filesystem::path& data_folder,
             Entropy& entropy, StatusServer::Ways ways);

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
