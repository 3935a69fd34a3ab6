// Packets of a peer out of its mind: of all kinds of protocol/SPEC.md, some right, some changed, in
// any order, about ids that the other peer knows and ids that nobody knows. Written from the SPEC
// and independently of the program. The same seed and the same packets heard give the same packets.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "raw_text.h"

class PacketStorm {
 public:
  explicit PacketStorm(uint32_t seed) : random_(seed), own_epoch_(id()) {}

  // Learns ids, epochs and whole packets from what a peer has sent, its two id bytes included.
  void hear(const std::string& peer, const uint8_t* data, size_t size);

  struct Packet {
    Bytes bytes;  // with the two id bytes
    bool is_lossless;
    bool is_public;
  };
  // Makes the next packet for this peer.
  Packet next(const std::string& peer);

 private:
  struct Heard {
    std::vector<uint32_t> ids;   // of the peer's offers and mappings, and of ours with it
    std::vector<Bytes> packets;  // some of those received
    uint32_t epoch = 0;
    uint32_t link_packets = 0;  // sent by us
  };

  uint32_t draw() { return static_cast<uint32_t>(random_()); }
  uint32_t below(uint32_t bound) { return draw() % bound; }
  bool chance(uint32_t percent) { return below(100) < percent; }
  Bytes some_bytes(size_t most);
  uint32_t id();
  uint32_t known_id(Heard& heard);
  void keep_id(Heard& heard, uint32_t id);

  // The bodies of packets, and what stands in them.
  Bytes offer(Heard& heard);
  Bytes accept(Heard& heard);
  Bytes hello(Heard& heard);
  Bytes fragment(Heard& heard);
  Bytes control_on_data(Heard& heard);
  Bytes link_packet(Heard& heard);
  void add_frame(Bytes& to, Heard& heard);
  void add_extension(Bytes& to, Heard& heard);

  Packet make(Heard& heard);
  void spoil(Bytes& packet, const Heard& heard);

  std::mt19937 random_;
  uint32_t own_epoch_;
  std::map<std::string, Heard> heard_;
};
