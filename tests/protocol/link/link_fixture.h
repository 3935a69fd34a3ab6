// Fixture with two links, whose packets the test hands over itself, and helpers to look into them.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string_view>
#include <vector>

#include "protocol/link/link.h"
#include "tests/protocol/link/link_helpers.h"
#include "tests/protocol/link/link_pair.h"

namespace ngcshare::link {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using test::HandedEnd;
using test::link_packet;
using test::LinkPair;

// Returns all frames of one kind in packets.
template <typename F>
std::vector<F> frames_of(const std::vector<std::vector<uint8_t>>& packets) {
  std::vector<F> found;
  std::vector<LinkFrame> frames;
  for (const auto& packet : packets) {
    EXPECT_TRUE(decode_link_packet(packet, frames));
    for (const LinkFrame& frame : frames) {
      if (const auto* const one = std::get_if<F>(&frame)) found.push_back(*one);
    }
  }
  return found;
}

inline Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

class LinkTest : public testing::Test {
 protected:
  // Gives a a packet of b's that b never wrote.
  void forge(uint32_t number, const std::function<void(PacketWriter&)>& write) {
    a().link.receive(link_packet({LinkPair::kTokenOfB, number}, write), pair_.now);
    a().link.pump(pair_.now);
  }
  void forge_stream(uint32_t number, MsgId id, uint64_t offset, size_t length, bool fin = false) {
    forge(number, [&](PacketWriter& out) {
      const auto room = out.write_stream(id, offset, length, fin);
      std::fill(room.begin(), room.end(), uint8_t{'x'});
    });
  }
  HandedEnd& a() { return pair_.a; }
  HandedEnd& b() { return pair_.b; }
  size_t write(HandedEnd& end, MsgId id, std::string_view text) {
    return LinkPair::write(end, id, text);
  }

  LinkPair pair_;
};

}  // namespace ngcshare::link
