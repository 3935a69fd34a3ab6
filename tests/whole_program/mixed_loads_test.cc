// Loads of every kind at once, as friends put on a gateway: downloads, paused readers, a game's
// datagrams, bursts of short connections, a member without the link, and a stranger that does harm.
#include <gtest/gtest.h>

#include <cmath>

#include "bot/base/key.h"
#include "tests/support/seeds.h"
#include "tests/whole_program/choices.h"
#include "tests/whole_program/hostile_peer.h"
#include "tests/whole_program/room.h"

namespace ngcshare::test {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr size_t kWithTheLink = 0;
constexpr size_t kInBaseMode = 1;

class MixedLoads {
 public:
  explicit MixedLoads(uint64_t seed) : room_(seed), choices_(seed), hostile_(choices_) {
    path_.delay = Duration(1ms) * (5 + choices_.below(50));
    path_.loss = static_cast<double>(choices_.below(20)) / 1000;
    GatewayProcess& gateway = room_.start_gateway(0);
    gateway.command("share web " + std::to_string(room_.server(0).port()));
    gateway.command("share game " + std::to_string(room_.server(1).port()) + "/udp");
    const std::string from = "@" + to_hex(Room::gateway_key(0));
    room_.start_member(kWithTheLink, {"web" + from, "game" + from});
    room_.start_member(kInBaseMode, {"web" + from}, kWithoutLink);
    const auto ready = [this] {
      return room_.member(kWithTheLink)->local_port("web") &&
             room_.member(kWithTheLink)->local_port("game") &&
             room_.member(kInBaseMode)->local_port("web");
    };
    EXPECT_TRUE(room_.run_until(ready, 60s));
    room_.network().set_faults(path_);
  }

  void begin() {
    for (int i = 0; i < 6; ++i) {
      paused_.push_back(&connect(kWithTheLink, 600'000));
      paused_.back()->set_reading(false);
    }
    base_ = &connect(kInBaseMode, 3000);
    flow_ = &room_.send_datagram(*room_.member(kWithTheLink)->local_port("game"), 100);
    live(1s);
  }
  // Runs short and long connections beside all that.
  void burst() {
    std::vector<TcpClient*> clients;
    for (int i = 0; i < 30; ++i)
      clients.push_back(&connect(kWithTheLink, 1 + choices_.below(3000)));
    clients.push_back(&connect(kWithTheLink, 300'000));
    const auto all_over = [&] {
      return std::all_of(clients.begin(), clients.end(), [](auto* one) { return one->over(); });
    };
    for (int i = 0; i < 300 && !all_over(); ++i) live(100ms);
    for (const TcpClient* const client : clients) {
      EXPECT_TRUE(client->complete()) << client->received() << " bytes have come back";
    }
  }
  void end() {
    for (TcpClient* const client : paused_) client->set_reading(true);
    const auto all_over = [&] {
      return base_->over() &&
             std::all_of(paused_.begin(), paused_.end(), [](auto* one) { return one->over(); });
    };
    for (int i = 0; i < 1200 && !all_over(); ++i) live(100ms);
    for (const TcpClient* const client : paused_) {
      EXPECT_TRUE(client->complete()) << client->received() << " bytes have come back";
    }
    EXPECT_TRUE(base_->complete()) << base_->received() << " bytes have come back in base mode";
    check_flow();
    for (const auto& client : room_.tcp_clients()) EXPECT_FALSE(client->corrupt());
  }

 private:
  TcpClient& connect(size_t member, size_t bytes) {
    return room_.connect(*room_.member(member)->local_port("web"), bytes, true);
  }
  // Expects that the path alone has lost datagrams, each with two chances.
  void check_flow() {
    room_.run(8 * path_.delay);  // for those on their way
    const double lost = 2 * path_.loss * static_cast<double>(flow_->sent());
    const double chance = 5 * std::sqrt(lost) + 2;
    EXPECT_LE(static_cast<double>(flow_->sent() - flow_->received()), lost + chance)
        << "of " << flow_->sent() << " datagrams";
  }
  // Lets time pass, in which the game goes on and the stranger does what it does.
  void live(Duration time) {
    for (Duration passed{}; passed < time; passed += 20ms) {
      flow_->send(100);
      if (choices_.one_in(4)) hostile_.act(room_.stranger(0), Room::gateway_key(0));
      room_.run(20ms);
    }
  }

  Room room_;
  SeededChoices choices_;
  Faults path_;
  HostilePeer hostile_;
  std::vector<TcpClient*> paused_;
  TcpClient* base_ = nullptr;
  UdpClient* flow_ = nullptr;
};

TEST(WholeProgramMixedLoads, AllFlowBesideOneAnother) {
  for_each_seed(15, [](uint64_t seed) {
    MixedLoads loads(seed);
    loads.begin();
    for (int i = 0; i < 3; ++i) loads.burst();
    loads.end();
  });
}

}  // namespace
}  // namespace ngcshare::test
