// Stands in for the session around a mapping: has room for a number of Data packets and records the
// rest.
#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "protocol/session/mapping.h"
#include "protocol/session/mapping_table.h"

namespace ngcshare::test {

class FakeHost : public MappingHost {
 public:
  SendResult send_data(const Packet& /*packet*/) override {
    if (room == 0) return SendResult::kFull;
    --room;
    return SendResult::kSent;
  }
  SendResult send_datagram(const Packet& packet, TimePoint /*now*/) override {
    return send_data(packet);
  }
  bool admits_datagram(size_t /*bytes*/, size_t /*packets*/, TimePoint /*now*/) override {
    return true;
  }
  void send_control(const Packet& packet, bool /*lossless_too*/) override {
    control.push_back(packet);
  }
  link::Link* link() override { return nullptr; }
  std::shared_ptr<link::MemoryAccount> local_memory() override { return nullptr; }
  void note_link_work() override {}
  bool control_is_reliable() const override { return false; }
  void wait_for_room(Mapping& /*mapping*/) override {}
  void note_deadline(Mapping& mapping, TimePoint when) override {
    if (table != nullptr) table->note_deadline(mapping.id(), when);
  }
  void mapping_opened(Mapping& mapping) override {
    if (table != nullptr) table->note_open(mapping.id());
  }
  void mapping_ended(Mapping& mapping, KillReason /*reason*/, bool /*tell_peer*/,
                     TimePoint /*now*/) override {
    ended.push_back(mapping.id());
  }

  MappingTable* table = nullptr;                     // that has the mappings, if one has
  size_t room = std::numeric_limits<size_t>::max();  // Data packets until kFull
  std::vector<Packet> control;
  std::vector<MsgId> ended;
};

// An offerer's mapping of base mode; open once it is acknowledged.
inline Mapping::Identity offerer_identity(MsgId id, MsgId offer_id = 0x10203040) {
  return {Mapping::Role::kOfferer, id, offer_id, {true, false}, 0};
}

}  // namespace ngcshare::test
