// Hostile packets to `ngcshare doctor`, from a node that it has asked. Input: one byte that chooses
// the reader, then the bytes for it. Encrypted parts are also read in the clear,
// because no fuzzer guesses a key.
#include <sodium.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "bot/doctor/dht_exam.h"
#include "bot/doctor/dht_packet.h"
#include "tests/fuzz/byte_source.h"
#include "tests/support/seeded_entropy.h"

namespace ngcshare::fuzz {
namespace {

using dht::Exam;

void check_nodes(Bytes plain) {
  const auto response = dht::decode_nodes_response(plain);
  if (!response) return;
  require(response->nodes.size() <= dht::kMostNodes);
  test::SeededEntropy entropy(1);
  const auto node = dht::make_key_pair(entropy);
  const auto own = dht::make_key_pair(entropy);
  const auto packet = dht::encode_nodes_response(node, own.public_key, *response, entropy);
  require(packet.size() <= dht::kMaxPacketBytes);
  const auto again = dht::decode(packet, own);
  require(again.has_value());
  const auto& same = std::get<dht::NodesResponse>(*again);
  require(same.nodes == response->nodes && same.id == response->id);
}

void check_ping(Bytes plain) {
  const auto request = dht::decode_ping_request(plain);
  if (request) require(std::equal(request->id.begin(), request->id.end(), plain.begin() + 1));
}

// Reads a packet as it comes from the network.
void check_packet(Bytes packet) {
  test::SeededEntropy entropy(1);
  const auto own = dht::make_key_pair(entropy);
  const auto sender = dht::sender_of(packet);
  require(!dht::decode(packet, own) || sender.has_value());
}

// A node that answers each question with bytes of the input, sealed as they should be.
void check_exam(ByteSource input) {
  test::SeededEntropy entropy(1);
  const auto node = dht::make_key_pair(entropy);
  const Exam::Endpoint endpoint(asio::ip::make_address("192.0.2.1"), 33445);
  TimePoint now{};
  Exam exam({{endpoint, node.public_key}}, entropy, now, 0);
  size_t sent = 0;
  while (exam.deadline()) {
    exam.tick(now);
    while (const auto outgoing = exam.poll()) {
      ++sent;
      const auto request = dht::decode_nodes_request(outgoing->packet, node);
      if (!request) continue;
      if (input.byte() % 2 == 0) {
        exam.receive(endpoint,
                     dht::encode_ping_request(node, request->sender, request->id, entropy), now);
      }
      dht::NodesResponse response{{}, request->id};
      if (input.byte() % 4 == 0) response.id[0] ^= 1U;
      const size_t count = input.below(dht::kMostNodes + 1);
      for (size_t i = 0; i < count; ++i) {
        const bool own = input.byte() % 4 == 0;
        response.nodes.push_back({input.byte() % 2 == 0,
                                  asio::ip::make_address_v4(input.four_bytes()), input.two_bytes(),
                                  own ? request->wanted : node.public_key});
      }
      exam.receive(endpoint, dht::encode_nodes_response(node, request->sender, response, entropy),
                   now);
    }
    now += std::chrono::milliseconds(input.byte());
    now = std::max(now, exam.deadline().value_or(now));
  }
  require(sent <= static_cast<size_t>(Exam::kAttempts + 2 * Exam::kLookAttempts));
}

void check(uint8_t choice, Bytes bytes) {
  switch (choice % 4) {
    case 0:
      return check_nodes(bytes);
    case 1:
      return check_ping(bytes);
    case 2:
      return check_packet(bytes);
    default:
      return check_exam(ByteSource(bytes));
  }
}

}  // namespace
}  // namespace ngcshare::fuzz

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  ngcshare::fuzz::check(data[0], {data + 1, size - 1});
  return 0;
}
