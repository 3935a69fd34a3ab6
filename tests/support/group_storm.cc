#include "group_storm.h"

#include <algorithm>
#include <iterator>

namespace {

constexpr size_t kMostAtOnce = 200;  // so that received packets are read in between

}  // namespace

void GroupStorm::send_due(const std::map<std::string, uint32_t>& peers) {
  if (peers.empty()) return;
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - began_;
  const auto due = static_cast<size_t>(time.count() * rate_);
  const size_t behind = due > sent_ ? due - sent_ : 0;
  for (size_t i = 0; i < std::min(behind, kMostAtOnce); ++i) {
    const auto& [key, number] = *std::next(peers.begin(), static_cast<long>(sent_ % peers.size()));
    ++sent_;
    if (!send(number, storm_.next(key))) ++refused_;
  }
}

bool GroupStorm::send(uint32_t peer, const PacketStorm::Packet& packet) {
  const auto& [bytes, is_lossless, is_public] = packet;
  if (is_public) {
    return tox_group_send_custom_packet(tox_, group_, is_lossless, bytes.data(), bytes.size(),
                                        nullptr);
  }
  return tox_group_send_custom_private_packet(tox_, group_, peer, is_lossless, bytes.data(),
                                              bytes.size(), nullptr);
}
