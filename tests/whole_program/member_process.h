// A member without toxcore: all that program/run_member.cc wires together for the use of services.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "bot/member/connector.h"
#include "bot/peers/path_watch.h"
#include "storage/stores/pin_store.h"
#include "tests/whole_program/process.h"

namespace ngcshare::test {

class MemberProcess : public Process {
 public:
  // `database` is the file that it begins with and leaves behind.
  MemberProcess(Network& network, const Identity& who, const std::filesystem::path& database,
                const Connector::Config& config);
  ~MemberProcess() override { pins_.end(); }
  MemberProcess(const MemberProcess&) = delete;
  MemberProcess& operator=(const MemberProcess&) = delete;

  // A local port that is open, as the list of services shows it.
  struct LocalPort {
    std::string service;
    std::string from;  // the first digits of the gateway's key
    asio::ip::address address;
    uint16_t port = 0;
    bool tcp = false;
    bool udp = false;
  };
  std::vector<LocalPort> local_ports() const;
  std::optional<LocalPort> local_port(const std::string& service) const;

  Connector& connector() { return connector_; }

 private:
  storage::Database database_;
  storage::PinStore pin_store_;
  Pins pins_;
  Output output_;
  const asio::ip::address address_;
  Connector connector_;
  PathWatch paths_;
};

}  // namespace ngcshare::test
