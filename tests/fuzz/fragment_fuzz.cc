// Hostile fragments of datagrams, of which many stay incomplete. What comes out must be the bytes
// that the fragments of one datagram carried, each once and in order.
//
// Input: six bytes a fragment: a number of mapping and datagram (one of 64), the index, the count,
// the length of the last one's bytes (two) and a byte that fills them.
#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "protocol/session/datagram_assembler.h"
#include "tests/fuzz/byte_source.h"

namespace ngcshare::fuzz {
namespace {

// A datagram that is incomplete, kept in the simplest way.
struct Expected {
  MsgId mapping_id;
  uint16_t number;
  std::vector<std::optional<std::vector<uint8_t>>> pieces;
};

class Run {
 public:
  void add(ByteSource& source) {
    const uint8_t name = source.byte();
    Fragment fragment{1U + name % 2U, static_cast<uint16_t>(name / 2 % 32), 0, 0, {}};
    const size_t index = source.byte();
    fragment.count = static_cast<uint8_t>(1 + source.below(kMaxFragments));
    fragment.index = static_cast<uint8_t>(index % fragment.count);
    const size_t length = source.two_bytes() % (kFragmentBytes + 1);
    const bool is_last = fragment.index + 1 == fragment.count;
    const std::vector<uint8_t> content(is_last ? length : kFragmentBytes - length % 2,
                                       source.byte());
    fragment.bytes = content;
    const auto whole = assembler_.add(fragment);
    const auto expected = expect(fragment);
    require(whole.has_value() == expected.has_value());
    if (whole)
      require(std::equal(whole->begin(), whole->end(), expected->begin(), expected->end()));
  }

 private:
  std::optional<std::vector<uint8_t>> expect(const Fragment& fragment) {
    const bool is_last = fragment.index + 1 == fragment.count;
    if (!is_last && fragment.bytes.size() != kFragmentBytes) return std::nullopt;
    const auto same = [&](const Expected& one) {
      return one.mapping_id == fragment.mapping_id && one.number == fragment.number;
    };
    auto found = std::find_if(incomplete_.begin(), incomplete_.end(), same);
    if (found == incomplete_.end()) {
      if (incomplete_.size() == DatagramAssembler::kMaxIncomplete) incomplete_.pop_front();
      incomplete_.push_back({fragment.mapping_id, fragment.number, {}});
      found = incomplete_.end() - 1;
      found->pieces.resize(fragment.count);
    }
    if (found->pieces.size() != fragment.count) return std::nullopt;
    auto& piece = found->pieces[fragment.index];
    if (piece) return std::nullopt;
    piece.emplace(fragment.bytes.begin(), fragment.bytes.end());
    std::vector<uint8_t> whole;
    for (const auto& one : found->pieces) {
      if (!one) return std::nullopt;
      whole.insert(whole.end(), one->begin(), one->end());
    }
    incomplete_.erase(found);
    return whole;
  }

  DatagramAssembler assembler_;
  std::deque<Expected> incomplete_;
};

}  // namespace
}  // namespace ngcshare::fuzz

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ngcshare::fuzz::ByteSource source({data, size});
  ngcshare::fuzz::Run run;
  for (size_t fragments = 0; fragments < 1000 && !source.empty(); ++fragments) run.add(source);
  return 0;
}
