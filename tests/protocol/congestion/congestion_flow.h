// Computes one flow of full packets under a congestion controller over a bottleneck with a queue,
// without a link or a network.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <random>
#include <string>

#include "protocol/congestion/controller.h"
#include "protocol/congestion/pacer.h"

namespace ngcshare::test {

struct CongestionFlow {
  double rate = 1.25e6;  // of the bottleneck, bytes per second
  Duration rtt = std::chrono::milliseconds(50);
  double queue_bytes = 1e9;
  double loss = 0;         // probability, besides overflow
  double app_rate = 1e12;  // bytes per second that the program has to send

  std::unique_ptr<link::CongestionController> controller;
  link::RateSampler sampler;
  link::Pacer pacer;
  TimePoint now{std::chrono::hours(1)};
  uint64_t in_flight = 0;
  uint64_t arrived = 0;
  uint64_t lost = 0;
  double app_credit = 0;
  Duration smoothed{};
  Duration least{};
  std::function<void()> after_ack = [] {};

  explicit CongestionFlow(link::CongestionAlgorithm algorithm)
      : controller(make_congestion_controller(algorithm, nullptr)) {
    pacer.set_rate(controller->pacing_rate());
  }

  struct Packet {
    TimePoint sent_at;
    TimePoint acked_at;
    link::RateSampler::Snapshot snapshot;
    bool lost;
  };

  void run(Duration duration) {
    const TimePoint end = now + duration;
    while (now < end) {
      const TimePoint next_ack = packets.empty() ? end : packets.front().acked_at;
      const TimePoint next_send = wants_to_send() ? std::max(pacer.next_send(), now) : end;
      const TimePoint next = std::min({std::max(next_ack, now), next_send, end, now + tick});
      app_credit =
          std::min(app_credit + app_rate * std::chrono::duration<double>(next - now).count(), 1e6);
      now = next;
      while (!packets.empty() && packets.front().acked_at <= now) settle_front();
      send();
    }
  }
  double goodput(Duration duration) {
    const uint64_t before = arrived;
    run(duration);
    return static_cast<double>(arrived - before) / std::chrono::duration<double>(duration).count();
  }
  std::string state() const { return controller->state(); }
  double bdp() const { return rate * std::chrono::duration<double>(rtt).count(); }
  double queued() const {
    const double busy = std::chrono::duration<double>(free_at - now).count();
    return busy > 0 ? busy * rate : 0;
  }

 private:
  static constexpr Duration tick = std::chrono::milliseconds(5);

  bool wants_to_send() const {
    return in_flight + link::kFullPacketBytes <= controller->window() &&
           app_credit >= link::kFullPacketBytes;
  }
  void send() {
    pacer.advance(now);
    while (wants_to_send() && pacer.may_send()) {
      Packet packet{now, {}, sampler.on_sent(now, in_flight == 0), false};
      in_flight += link::kFullPacketBytes;
      app_credit -= link::kFullPacketBytes;
      pacer.on_sent(link::kFullPacketBytes);
      controller->on_sent(now, link::kFullPacketBytes, in_flight);
      const bool overflow = queued() > queue_bytes;
      packet.lost = overflow || std::uniform_real_distribution<>()(random) < loss;
      if (!overflow) {
        free_at = std::max(free_at, now) +
                  std::chrono::duration_cast<Duration>(
                      std::chrono::duration<double>(link::kFullPacketBytes / rate));
      }
      packet.acked_at = std::max(free_at, now) + rtt;
      packets.push_back(packet);
    }
    if (app_credit < link::kFullPacketBytes && in_flight < controller->window()) {
      sampler.on_app_limited(in_flight);
    }
  }
  void settle_front() {
    const Packet packet = packets.front();
    packets.pop_front();
    link::CongestionController::Event event;
    event.now = now;
    event.app_limited = sampler.app_limited();
    in_flight -= link::kFullPacketBytes;
    if (packet.lost) {
      ++lost;
      event.lost_bytes = link::kFullPacketBytes;
      event.newest_lost_sent_at = packet.sent_at;
    } else {
      const Duration sample = now - packet.sent_at;
      smoothed = smoothed == Duration{} ? sample : (7 * smoothed + sample) / 8;
      least = least == Duration{} ? sample : std::min(least, sample);
      event.rtt = sample;
      event.acked_bytes = link::kFullPacketBytes;
      arrived += link::kFullPacketBytes;
      sampler.on_acked(packet.snapshot, packet.sent_at, link::kFullPacketBytes, now);
      event.rate = sampler.take_sample(least);
    }
    event.in_flight = in_flight;
    event.delivered = sampler.delivered();
    event.smoothed_rtt = smoothed;
    controller->on_event(event);
    pacer.set_rate(controller->pacing_rate());
    after_ack();
  }

  std::deque<Packet> packets;
  TimePoint free_at{};
  std::mt19937 random{1};
};

}  // namespace ngcshare::test
