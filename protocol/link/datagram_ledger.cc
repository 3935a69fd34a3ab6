#include "protocol/link/datagram_ledger.h"

#include <utility>

namespace ngcshare::link {

void DatagramLedger::on_sent(const Sent& datagram) {
  if (in_flight_.size() == kMost) {
    take_front();
    comparable_ = false;
  }
  in_flight_.push_back(datagram);
  bytes_in_flight_ += datagram.bytes;
}

DatagramLedger::Sent DatagramLedger::take_front() {
  const Sent front = in_flight_.front();
  in_flight_.pop_front();
  bytes_in_flight_ -= front.bytes;
  return front;
}

std::vector<DatagramLedger::Sent> DatagramLedger::take_reported(uint32_t count, TimePoint before) {
  const auto added = static_cast<int32_t>(count - reported_);
  if (!comparable_) {
    comparable_ = true;
    reported_ = count;
    return take_until(before);
  }
  std::vector<Sent> arrived;
  if (added <= 0) return arrived;
  reported_ = count;
  for (int32_t left = added; left > 0; --left) {
    if (in_flight_.empty() || in_flight_.front().at > before) break;
    arrived.push_back(take_front());
  }
  return arrived;
}

std::vector<DatagramLedger::Sent> DatagramLedger::take_until(TimePoint before) {
  std::vector<Sent> taken;
  while (!in_flight_.empty() && in_flight_.front().at <= before) taken.push_back(take_front());
  return taken;
}

void DatagramLedger::forget_until(TimePoint then) {
  if (!take_until(then).empty()) comparable_ = false;
}

}  // namespace ngcshare::link
