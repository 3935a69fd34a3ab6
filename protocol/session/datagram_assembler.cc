#include "protocol/session/datagram_assembler.h"

#include <algorithm>
#include <iterator>

namespace ngcshare {

DatagramAssembler::Position DatagramAssembler::find_or_begin(const Fragment& fragment) {
  const auto same = [&](const Incomplete& one) {
    return one.mapping_id == fragment.mapping_id && one.number == fragment.number;
  };
  const auto found = std::find_if(incomplete_.begin(), incomplete_.end(), same);
  if (found != incomplete_.end()) {
    return found->count == fragment.count ? found : incomplete_.end();
  }
  if (incomplete_.size() == kMaxIncomplete) incomplete_.pop_front();
  Incomplete& begun = incomplete_.emplace_back();
  begun.mapping_id = fragment.mapping_id;
  begun.number = fragment.number;
  begun.count = fragment.count;
  begun.missing = fragment.count;
  begun.bytes.resize(fragment.count * kFragmentBytes);
  return std::prev(incomplete_.end());
}

std::optional<Bytes> DatagramAssembler::add(const Fragment& fragment) {
  const bool is_last = fragment.index + 1 == fragment.count;
  if (!is_last && fragment.bytes.size() != kFragmentBytes) return std::nullopt;
  const Position datagram = find_or_begin(fragment);
  if (datagram == incomplete_.end() || datagram->have[fragment.index]) return std::nullopt;
  datagram->have.set(fragment.index);
  const size_t offset = fragment.index * kFragmentBytes;
  std::copy(fragment.bytes.begin(), fragment.bytes.end(),
            datagram->bytes.begin() + static_cast<std::ptrdiff_t>(offset));
  if (is_last) datagram->size = offset + fragment.bytes.size();
  if (--datagram->missing > 0) return std::nullopt;
  complete_ = std::move(datagram->bytes);
  const size_t size = datagram->size;
  incomplete_.erase(datagram);
  return Bytes(complete_).first(size);
}

}  // namespace ngcshare
