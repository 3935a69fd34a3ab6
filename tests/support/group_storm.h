// Sends the packets of a PacketStorm to everybody in a group, at a steady rate.
#pragma once

#include <tox/tox.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "packet_storm.h"

class GroupStorm {
 public:
  static constexpr int kTurnMs = 10;  // between two calls of send_due(), for an even rate

  // `rate`: packets a second. The group must outlive this.
  GroupStorm(Tox* tox, uint32_t group, uint32_t seed, double rate)
      : tox_(tox), group_(group), rate_(rate), storm_(seed) {}

  void hear(const std::string& peer, const uint8_t* data, size_t size) {
    storm_.hear(peer, data, size);
  }
  // Sends what is due by now, in turn to each peer. `peers`: their numbers by key.
  void send_due(const std::map<std::string, uint32_t>& peers);

  size_t sent() const { return sent_; }        // refused ones included
  size_t refused() const { return refused_; }  // by toxcore, as a rule because a queue is full

 private:
  bool send(uint32_t peer, const PacketStorm::Packet& packet);

  Tox* const tox_;
  const uint32_t group_;
  const double rate_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  PacketStorm storm_;
  size_t sent_ = 0;
  size_t refused_ = 0;
};
