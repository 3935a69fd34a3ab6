// Hostile invitation links and friend requests. Input: one byte that chooses the reader, then its
// bytes: a link's text, the content of a link with a right checksum, or a request.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bot/base/host_name.h"
#include "bot/invitation/base64.h"
#include "bot/invitation/link.h"
#include "bot/invitation/request.h"
#include "tests/fuzz/byte_source.h"

namespace ngcshare::fuzz {
namespace {

void check_link(std::string_view text) {
  const auto result = parse_invitation_link(text);
  const auto* link = std::get_if<InvitationLink>(&result);
  if (link == nullptr) return require(!std::get<InvitationLinkError>(result).text.empty());
  require(link->nodes.size() <= InvitationLink::kMostNodes);
  require(link->password.size() <= InvitationLink::kMostPasswordBytes);
  require(!link->own_network || !link->nodes.empty());
  for (const InvitationNode& node : link->nodes) {
    require(is_valid_host(node.host) && node.port != 0);
  }
  require(to_text(*link) == text && is_meant_as_link(text));  // a link has one form
}

uint32_t crc32(Bytes bytes) {
  uint32_t sum = 0xFFFFFFFF;
  for (const uint8_t byte : bytes) {
    sum ^= byte;
    for (int bit = 0; bit < 8; ++bit) sum = (sum >> 1) ^ ((sum & 1) != 0 ? 0xEDB88320 : 0);
  }
  return ~sum;
}

void check_content(Bytes content) {
  std::vector<uint8_t> bytes(content.begin(), content.end());
  const uint32_t sum = crc32(content);
  for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<uint8_t>(sum >> (8 * i)));
  check_link("ngcshare:" + to_base64(bytes));
}

void check_request(Bytes message) {
  const auto secret = secret_in_request(message);
  if (!secret) return;
  const std::string again = request_with(*secret);
  require(std::equal(again.begin(), again.end(), message.begin(), message.end()));
}

}  // namespace
}  // namespace ngcshare::fuzz

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace ngcshare;
  if (size == 0) return 0;
  const Bytes input = Bytes(data, size).subspan(1);
  switch (data[0] % 3) {
    case 0:
      fuzz::check_link({reinterpret_cast<const char*>(input.data()), input.size()});
      break;
    case 1:
      fuzz::check_content(input);
      break;
    default:
      fuzz::check_request(input);
  }
  return 0;
}
