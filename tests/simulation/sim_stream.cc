#include "tests/simulation/sim_stream.h"

#include <array>
#include <sstream>

namespace ngcshare::test {
namespace {

constexpr int kFromOfferer = 0;
constexpr int kFromAcceptor = 1;

size_t planned_size(MsgId id, int direction, size_t most) {
  SeededEntropy chance((uint64_t{id} << 1) | static_cast<uint64_t>(direction));
  return chance.chance(0.1) ? 0 : chance.below(most + 1);
}

uint8_t planned_byte(MsgId id, int direction, size_t offset) {
  const uint64_t mixed =
      (id + offset + (static_cast<uint64_t>(direction) << 40)) * 0x9E3779B97F4A7C15ULL;
  return static_cast<uint8_t>(mixed >> 56);
}

int sending_direction(Mapping::Role role) {
  return role == Mapping::Role::kOfferer ? kFromOfferer : kFromAcceptor;
}

}  // namespace

SimStream::SimStream(EventQueue& queue, Mapping& mapping, const StreamPlan& plan,
                     SimProcess& process)
    : queue_(queue),
      mapping_(&mapping),
      plan_(plan),
      process_(process),
      id_(mapping.id()),
      role_(mapping.role()) {
  const int direction = sending_direction(role_);
  to_send_ = planned_size(id_, direction, plan.most_bytes);
  to_receive_ = planned_size(id_, 1 - direction, plan.most_bytes);
}

void SimStream::acknowledge() {
  if (mapping_ == nullptr) return;
  mapping_->acknowledge();
  on_established();
  process_.settle();
}

void SimStream::close(KillReason reason) {
  if (mapping_ == nullptr) return;
  Mapping* const mapping = mapping_;
  mapping_ = nullptr;
  closed_ = reason;
  mapping->close(reason, queue_.now());
  process_.settle();
}

void SimStream::on_established() {
  process_.count_call();
  established_ = true;
  SeededEntropy chance(id_ ^ 0x5555U);
  const Duration think = chance.between(Duration{}, plan_.most_think_time);
  queue_.after(think, [this] { begin(); });
}

void SimStream::begin() {
  begun_ = true;
  write_more();
  process_.settle();
}

void SimStream::write_more() {
  if (mapping_ == nullptr || !begun_) return;
  std::array<uint8_t, 4096> buffer;
  while (sent_ < to_send_) {
    const size_t size = std::min(buffer.size(), to_send_ - sent_);
    for (size_t i = 0; i < size; ++i) {
      buffer[i] = planned_byte(id_, sending_direction(role_), sent_ + i);
    }
    const size_t taken = mapping_->write(Bytes(buffer).first(size));
    sent_ += taken;
    if (taken < size) return;
  }
  mapping_->finish(queue_.now());
}

void SimStream::on_stream_data(Bytes bytes) {
  process_.count_call();
  for (size_t i = 0; i < bytes.size(); ++i) {
    corrupt_ |= bytes[i] != planned_byte(id_, 1 - sending_direction(role_), received_ + i);
  }
  received_ += bytes.size();
  corrupt_ |= ended_ || received_ > to_receive_;
  buffered_ += bytes.size();
  most_buffered_ = std::max(most_buffered_, buffered_);
  read_later();
}

void SimStream::read_later() {
  if (std::exchange(read_scheduled_, true)) return;
  queue_.after(plan_.read_interval, [this] {
    read_scheduled_ = false;
    read_some();
  });
}

void SimStream::read_some() {
  const size_t taken = std::min(buffered_, plan_.read_size);
  buffered_ -= taken;
  if (buffered_ > 0) read_later();
  if (mapping_ == nullptr) return;
  mapping_->consumed(taken);
  process_.settle();
}

void SimStream::on_stream_end() {
  ended_ = true;
  corrupt_ |= !received_all();
}

void SimStream::on_closed(KillReason reason) {
  mapping_ = nullptr;
  closed_ = reason;
}

std::string SimStream::describe() const {
  std::ostringstream text;
  text << (role_ == Mapping::Role::kOfferer ? "offerer" : "acceptor") << " of " << std::hex << id_
       << std::dec << ": sent " << sent_ << "/" << to_send_ << ", received " << received_ << "/"
       << to_receive_ << (corrupt_ ? ", corrupt" : "") << (established_ ? "" : ", not established")
       << ", " << (closed_ ? to_string(*closed_) : "open");
  return text.str();
}

}  // namespace ngcshare::test
