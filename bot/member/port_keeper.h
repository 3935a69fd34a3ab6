// Decides at which local ports a service may appear: those that the user has named, those that it
// had before, those that its gateway suggests if the user knows it, and otherwise ports of a range
// in which no program expects anything, because a stranger must not choose what a local program
// reaches at a well-known port.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>

#include "bot/member/local_ports.h"
#include "bot/member/pins.h"
#include "protocol/base/entropy.h"

namespace ngcshare {

// Why a service is used, and with it, how far its gateway is believed.
enum class Standing {
  kNamed,    // the user has typed its name
  kKnown,    // the user has typed the gateway's key, or another name that belongs to it
  kUnknown,  // the user has asked for all services
};

class PortKeeper {
 public:
  // Local ports of unknown gateways begin here, above those that systems give to connections.
  static constexpr uint16_t kFirstUnknownPort = 61000;
  static constexpr uint16_t kLastUnknownPort = 65535;

  // All references must outlive this object.
  PortKeeper(Pins& pins, Entropy& entropy) : pins_(pins), entropy_(entropy) {}

  // The lowest port that a service may get unless the user asked for one.
  static constexpr uint16_t lowest_port(Standing standing) {
    return standing == Standing::kNamed   ? 1
           : standing == Standing::kKnown ? kFirstUnprivileged
                                          : kFirstUnknownPort;
  }

  // Returns where the ports may be of a service whose first port is `first`; the caller adds them.
  // `asked` is the port that the user wants for the first one, `taken` are those that other
  // services have or that the user asked for them.
  PortBlock block_for(const ServiceId& first, uint16_t suggested, Standing standing,
                      std::optional<uint16_t> asked, std::set<uint16_t> taken);

  // Note that a service is open, at a port that it keeps if its name is its gateway's, or closed.
  // `named`: the user has typed this very name.
  void opened(const ServiceId& service, uint16_t port, bool named, bool is_owner);
  void closed(const ServiceId& service) { pins_.close(service); }
  // Excludes a port at which a gateway on this machine looks for the service itself.
  void avoid(uint16_t port) { avoided_.insert(port); }

 private:
  std::optional<uint16_t> last_port(const ServiceId& service) const;

  Pins& pins_;
  Entropy& entropy_;
  std::map<ServiceId, uint16_t>
      borrowed_;  // names used this time from gateways that the user named
  std::set<uint16_t> avoided_;
};

}  // namespace ngcshare
