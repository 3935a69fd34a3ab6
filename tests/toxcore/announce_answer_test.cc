// Sends toxcore the packets of GHSA-42vg-9mg3-399f: announcements of a group whose answer is larger
// than the largest one that a client takes. Everybody who can send UDP packets may send them; no
// toxcore does. Everything is on 127.0.0.1.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sodium.h>
#include <sys/socket.h>
#include <tox/tox.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using Bytes = std::vector<uint8_t>;
using SteadyClock = std::chrono::steady_clock;

constexpr uint8_t kAnnounceRequest = 0x87;
constexpr uint8_t kOnionAnswer = 0x8c;
constexpr size_t kReturnPathBytes = 177;  // where an answer goes in the onion; sent back unread
constexpr size_t kPingIdBytes = 32;
constexpr size_t kSendbackBytes = 8;
constexpr size_t kLargestTakenBytes = 626;  // ONION_ANNOUNCE_RESPONSE_MAX_SIZE
constexpr int kMostNodes = 4;               // in an answer
constexpr int kMostAnnouncements = 4;

void append(Bytes& to, const void* data, size_t size) {
  const auto* const first = static_cast<const uint8_t*>(data);
  to.insert(to.end(), first, first + size);
}

void append_random(Bytes& to, size_t size) {
  Bytes part(size);
  randombytes_buf(part.data(), size);
  append(to, part.data(), size);
}

// A toxcore that knows nobody but the nodes it is told of.
class Node {
 public:
  Node() {
    Tox_Options* const options = tox_options_new(nullptr);
    tox_options_set_local_discovery_enabled(options, false);
    tox_.reset(tox_new(options, nullptr));
    tox_options_free(options);
    if (tox_) tox_self_get_dht_id(tox_.get(), key_.data());
  }
  bool runs() const { return tox_ != nullptr; }
  void iterate() { tox_iterate(tox_.get(), nullptr); }
  void ask(const Node& other) {
    tox_bootstrap(tox_.get(), "127.0.0.1", other.port(), other.key_.data(), nullptr);
  }
  uint16_t port() const { return tox_self_get_udp_port(tox_.get(), nullptr); }
  const uint8_t* key() const { return key_.data(); }

 private:
  struct Killer {
    void operator()(Tox* tox) const { tox_kill(tox); }
  };
  std::unique_ptr<Tox, Killer> tox_;
  std::array<uint8_t, TOX_PUBLIC_KEY_SIZE> key_{};
};

// What a node tells in answer to an announcement.
struct Answer {
  size_t size = 0;  // of the answer itself, without the return path
  int nodes = 0;
};

// Announces members of one group to a node.
class Stranger {
 public:
  explicit Stranger(const Node& node) : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(node.port());
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) == 0;
    crypto_box_keypair(public_key_.data(), secret_key_.data());
    usable_ = crypto_box_beforenm(shared_key_.data(), node.key(), secret_key_.data()) == 0;
    append_random(chat_id_, crypto_box_PUBLICKEYBYTES);
  }
  ~Stranger() { ::close(socket_); }
  Stranger(const Stranger&) = delete;
  Stranger& operator=(const Stranger&) = delete;

  bool usable() const { return connected_ && usable_; }

  // Sends an announcement of a new member, with an address and a relay of IPv6, the longest ones.
  void announce() const {
    Bytes plain;
    append_random(plain, kPingIdBytes);               // not valid: a first request has none
    append(plain, chat_id_.data(), chat_id_.size());  // what the nodes in the answer are near to
    append(plain, public_key_.data(), public_key_.size());
    append_random(plain, kSendbackBytes);
    append(plain, chat_id_.data(), chat_id_.size());
    append_random(plain, crypto_box_PUBLICKEYBYTES);
    const uint8_t address_and_relays[] = {1, 1};
    append(plain, address_and_relays, sizeof(address_and_relays));
    append_address(plain, 10);
    append_address(plain, 138);
    append_random(plain, crypto_box_PUBLICKEYBYTES);

    Bytes nonce;
    append_random(nonce, crypto_box_NONCEBYTES);
    Bytes sealed(plain.size() + crypto_box_MACBYTES);
    crypto_box_easy_afternm(sealed.data(), plain.data(), plain.size(), nonce.data(),
                            shared_key_.data());
    Bytes packet{kAnnounceRequest};
    append(packet, nonce.data(), nonce.size());
    append(packet, public_key_.data(), public_key_.size());
    append(packet, sealed.data(), sealed.size());
    append_random(packet, kReturnPathBytes);
    ::send(socket_, packet.data(), packet.size(), 0);
  }

  // Returns the next answer that has come, or nullopt if there is none.
  std::optional<Answer> receive() const {
    Bytes packet(2048);
    const ssize_t got = ::recv(socket_, packet.data(), packet.size(), MSG_DONTWAIT);
    const size_t head = 1 + kReturnPathBytes + 1 + kSendbackBytes;
    const size_t least = head + crypto_box_NONCEBYTES + crypto_box_MACBYTES + kPingIdBytes + 2;
    if (got < static_cast<ssize_t>(least) || packet[0] != kOnionAnswer) return std::nullopt;
    packet.resize(static_cast<size_t>(got));
    const uint8_t* const sealed = packet.data() + head + crypto_box_NONCEBYTES;
    const size_t sealed_size = packet.size() - head - crypto_box_NONCEBYTES;
    Bytes plain(sealed_size - crypto_box_MACBYTES);
    const bool opened = crypto_box_open_easy_afternm(plain.data(), sealed, sealed_size,
                                                     packet.data() + head, shared_key_.data()) == 0;
    EXPECT_TRUE(opened) << "an answer of " << packet.size() << " bytes is not what was encrypted";
    if (!opened) return std::nullopt;
    return Answer{packet.size() - 1 - kReturnPathBytes, plain[1 + kPingIdBytes]};
  }

 private:
  static void append_address(Bytes& to, uint8_t family) {
    to.push_back(family);
    append_random(to, 18);  // the address and the port
  }

  const int socket_;
  bool connected_ = false;
  bool usable_ = false;
  std::array<uint8_t, crypto_box_PUBLICKEYBYTES> public_key_{};
  std::array<uint8_t, crypto_box_SECRETKEYBYTES> secret_key_{};
  std::array<uint8_t, crypto_box_BEFORENMBYTES> shared_key_{};
  Bytes chat_id_;
};

// Without the mend, the sanitizer ends the program here: "stack-buffer-overflow" in
// handle_announce_request_common().
TEST(AnnounceAnswer, OfAnySizeStaysInItsBuffer) {
  ASSERT_GE(sodium_init(), 0);
  Node node;
  ASSERT_TRUE(node.runs());
  std::array<Node, kMostNodes> neighbours;
  for (Node& neighbour : neighbours) ASSERT_TRUE(neighbour.runs());
  const Stranger stranger(node);
  ASSERT_TRUE(stranger.usable());

  // The node takes a neighbour into its answers once that has answered its ping.
  Answer largest;
  const auto deadline = SteadyClock::now() + 60s;
  for (int turn = 0; largest.size <= kLargestTakenBytes; ++turn) {
    ASSERT_LT(SteadyClock::now(), deadline)
        << "the largest answer had " << largest.size << " bytes and " << largest.nodes << " nodes";
    for (Node& neighbour : neighbours) {
      if (turn % 20 == 0) neighbour.ask(node);
      neighbour.iterate();
    }
    if (turn % 5 == 0 || turn < kMostAnnouncements) stranger.announce();
    node.iterate();
    while (const auto answer = stranger.receive()) {
      if (answer->size > largest.size) largest = *answer;
    }
    std::this_thread::sleep_for(20ms);
  }
  EXPECT_EQ(largest.nodes, kMostNodes);
}

}  // namespace
