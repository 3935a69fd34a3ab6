// A peer on plain toxcore, without ngcshare, that sends hand-written packets and shows the answers
// byte for byte. Prints one JSON object per line and reads commands from standard input.
//
//   raw_peer HOST:PORT:KEY CHAT_ID NICK        joins a public group
//   raw_peer HOST:PORT:KEY --found NAME NICK   founds one
//
//   private lossless|lossy KEY HEX     a custom packet to one peer, with its two id bytes
//   public lossless|lossy HEX          the same to the group
//   say TEXT                           a line in the group
//   whisper KEY TEXT                   a private message
//   role KEY moderator|user|observer   only the founder may
//   password TEXT                      only the founder may
//   kick KEY                           only the founder and moderators may
//   lie TEXT                           refuses all who join without this password, which is not
//                                      the group's; until a true member of the group is met
//   storm SEED RATE                    from now on so many packets a second of packet_storm.h, to
//                                      everybody in the group; received ones are not printed
//   calm                               ends that, prints {"event":"calm","sent":N,"refused":N}
//   flush WORD                         prints {"event":"flushed","word":WORD} after those before it
//   quit
#include <poll.h>
#include <tox/tox.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "group_storm.h"
#include "raw_commands.h"
#include "raw_lines.h"
#include "raw_text.h"
#include "raw_tox.h"

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::seconds kBootstrapInterval{1};
constexpr int kCommandsPerTurn = 64;  // so that toxcore's send queue empties in between

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "raw_peer: %s\n", why.c_str());
  std::exit(2);
}

class RawPeer {
 public:
  explicit RawPeer(const std::string& boot_node);

  void found(const std::string& name, const std::string& nick);
  void join(const std::string& chat_id, const std::string& nick);
  void run();

 private:
  struct ToxDeleter {
    void operator()(Tox* tox) const { tox_kill(tox); }
  };

  void register_callbacks();
  void bootstrap_if_due();
  void wait();
  void read_input();
  void obey(const std::string& line);
  void begin_storm(std::istringstream& words);
  void end_storm();
  void on_peer_join(uint32_t peer);
  void on_peer_exit(uint32_t peer);
  void on_packet(uint32_t peer, bool is_public, const uint8_t* data, size_t size);
  void on_message(uint32_t peer, bool is_private, const uint8_t* text, size_t size);

  std::string key_of(uint32_t peer) const;
  std::string own_key() const;

  BootNode boot_;
  std::unique_ptr<Tox, ToxDeleter> tox_;
  int udp_socket_ = -1;
  uint32_t group_ = 0;
  std::map<std::string, uint32_t> peers_;
  SteadyClock::time_point next_bootstrap_{};
  std::string input_;
  bool running_ = true;
  std::optional<GroupStorm> storm_;
};

RawPeer::RawPeer(const std::string& boot_node) {
  auto boot = parse_boot_node(boot_node);
  if (!boot) fail("the boot node is HOST:PORT:KEY");
  boot_ = std::move(*boot);
  Tox_Options* const options = tox_options_new(nullptr);
  tox_options_set_local_discovery_enabled(options, false);
  tox_.reset(tox_new(options, nullptr));
  tox_options_free(options);
  if (!tox_) fail("cannot start Tox");
  udp_socket_ = find_udp_socket(tox_self_get_udp_port(tox_.get(), nullptr));
  register_callbacks();
}

void RawPeer::register_callbacks() {
  Tox* const tox = tox_.get();
  tox_callback_group_self_join(tox, [](Tox*, uint32_t, void* self) {
    say("joined", "\"own_key\":" + quoted(static_cast<RawPeer*>(self)->own_key()));
  });
  tox_callback_group_join_fail(tox, [](Tox*, uint32_t, Tox_Group_Join_Fail type, void*) {
    say("join_failed", "\"type\":" + std::to_string(type));
  });
  tox_callback_group_peer_join(tox, [](Tox*, uint32_t, uint32_t peer, void* self) {
    static_cast<RawPeer*>(self)->on_peer_join(peer);
  });
  tox_callback_group_peer_exit(tox, [](Tox*, uint32_t, uint32_t peer, Tox_Group_Exit_Type,
                                       const uint8_t*, size_t, const uint8_t*, size_t, void* self) {
    static_cast<RawPeer*>(self)->on_peer_exit(peer);
  });
  tox_callback_group_custom_packet(
      tox, [](Tox*, uint32_t, uint32_t peer, const uint8_t* data, size_t size, void* self) {
        static_cast<RawPeer*>(self)->on_packet(peer, true, data, size);
      });
  tox_callback_group_custom_private_packet(
      tox, [](Tox*, uint32_t, uint32_t peer, const uint8_t* data, size_t size, void* self) {
        static_cast<RawPeer*>(self)->on_packet(peer, false, data, size);
      });
  tox_callback_group_message(tox, [](Tox*, uint32_t, uint32_t peer, Tox_Message_Type,
                                     const uint8_t* text, size_t size, uint32_t, void* self) {
    static_cast<RawPeer*>(self)->on_message(peer, false, text, size);
  });
  tox_callback_group_private_message(
      tox, [](Tox*, uint32_t, uint32_t peer, Tox_Message_Type, const uint8_t* text, size_t size,
              uint32_t,
              void* self) { static_cast<RawPeer*>(self)->on_message(peer, true, text, size); });
}

void RawPeer::found(const std::string& name, const std::string& nick) {
  Tox_Err_Group_New error{};
  group_ = tox_group_new(tox_.get(), TOX_GROUP_PRIVACY_STATE_PUBLIC, as_bytes(name), name.size(),
                         as_bytes(nick), nick.size(), &error);
  if (error != TOX_ERR_GROUP_NEW_OK) fail("cannot found the group");
  std::array<uint8_t, TOX_GROUP_CHAT_ID_SIZE> chat_id{};
  tox_group_get_chat_id(tox_.get(), group_, chat_id.data(), nullptr);
  say("founded",
      "\"chat_id\":" + quoted(key_text(chat_id.data())) + ",\"own_key\":" + quoted(own_key()));
}

void RawPeer::join(const std::string& chat_id, const std::string& nick) {
  const auto id = from_hex(chat_id);
  if (!id || id->size() != TOX_GROUP_CHAT_ID_SIZE) fail("the chat id has 64 hexadecimal digits");
  Tox_Err_Group_Join error{};
  group_ = tox_group_join(tox_.get(), id->data(), as_bytes(nick), nick.size(), nullptr, 0, &error);
  if (error != TOX_ERR_GROUP_JOIN_OK) fail("cannot join the group");
}

void RawPeer::run() {
  while (running_) {
    bootstrap_if_due();
    tox_iterate(tox_.get(), this);
    wait();
    for (int count = 0; count < kCommandsPerTurn && running_; ++count) {
      const size_t end = input_.find('\n');
      if (end == std::string::npos) break;
      const std::string line = input_.substr(0, end);
      input_.erase(0, end + 1);
      obey(line);
    }
    if (storm_) storm_->send_due(peers_);
  }
  tox_iterate(tox_.get(), this);  // sends the last messages
}

void RawPeer::bootstrap_if_due() {
  const auto now = SteadyClock::now();
  if (tox_self_get_connection_status(tox_.get()) != TOX_CONNECTION_NONE || now < next_bootstrap_) {
    return;
  }
  next_bootstrap_ = now + kBootstrapInterval;
  tox_bootstrap(tox_.get(), boot_.host.c_str(), boot_.port, boot_.key.data(), nullptr);
}

// Waits for a packet, for a command, or until toxcore must be iterated.
void RawPeer::wait() {
  const bool commands_left = input_.find('\n') != std::string::npos;
  const int interval = static_cast<int>(tox_iteration_interval(tox_.get()));
  const int timeout = commands_left ? 0
                      : storm_      ? std::min(interval, GroupStorm::kTurnMs)
                                    : interval;
  std::array<pollfd, 2> ready{{{STDIN_FILENO, POLLIN, 0}, {udp_socket_, POLLIN, 0}}};
  poll(ready.data(), ready.size(), timeout);
  if ((ready[0].revents & (POLLIN | POLLHUP)) != 0) read_input();
}

void RawPeer::read_input() {
  std::array<char, 65536> part{};
  const ssize_t got = read(STDIN_FILENO, part.data(), part.size());
  if (got <= 0) {
    running_ = false;
  } else {
    input_.append(part.data(), static_cast<size_t>(got));
  }
}

void RawPeer::obey(const std::string& line) {
  std::istringstream words(line);
  std::string command;
  words >> command;
  if (GroupCommands(tox_.get(), group_, peers_).obey(command, words)) return;
  if (command == "storm") {
    begin_storm(words);
  } else if (command == "calm") {
    end_storm();
  } else if (command == "flush") {
    say("flushed", "\"word\":" + quoted(rest_of(words)));
  } else if (command == "quit") {
    running_ = false;
  } else {
    say("unknown_command", "\"line\":" + quoted(line));
  }
}

void RawPeer::begin_storm(std::istringstream& words) {
  uint32_t seed = 0;
  double rate = 0;
  words >> seed >> rate;
  storm_.emplace(tox_.get(), group_, seed, rate);
}

void RawPeer::end_storm() {
  if (!storm_) return;
  say("calm", "\"sent\":" + std::to_string(storm_->sent()) +
                  ",\"refused\":" + std::to_string(storm_->refused()));
  storm_.reset();
}

void RawPeer::on_peer_join(uint32_t peer) {
  const std::string key = key_of(peer);
  std::string name(tox_group_peer_get_name_size(tox_.get(), group_, peer, nullptr), '\0');
  tox_group_peer_get_name(tox_.get(), group_, peer, reinterpret_cast<uint8_t*>(name.data()),
                          nullptr);
  peers_[key] = peer;
  say("peer", "\"key\":" + quoted(key) + ",\"name\":" + quoted(name));
}

void RawPeer::on_peer_exit(uint32_t peer) {
  for (const auto& [key, number] : peers_) {
    if (number != peer) continue;
    say("peer_exit", "\"key\":" + quoted(key));
    peers_.erase(key);
    return;
  }
}

void RawPeer::on_packet(uint32_t peer, bool is_public, const uint8_t* data, size_t size) {
  if (storm_) return storm_->hear(key_of(peer), data, size);
  say("packet", "\"from\":" + quoted(key_of(peer)) + ",\"public\":" +
                    (is_public ? "true" : "false") + ",\"hex\":" + quoted(to_hex(data, size)));
}

void RawPeer::on_message(uint32_t peer, bool is_private, const uint8_t* text, size_t size) {
  say("message", std::string("\"private\":") + (is_private ? "true" : "false") +
                     ",\"from\":" + quoted(key_of(peer)) +
                     ",\"text\":" + quoted(std::string(reinterpret_cast<const char*>(text), size)));
}

std::string RawPeer::key_of(uint32_t peer) const {
  std::array<uint8_t, TOX_GROUP_PEER_PUBLIC_KEY_SIZE> key{};
  tox_group_peer_get_public_key(tox_.get(), group_, peer, key.data(), nullptr);
  return key_text(key.data());
}

std::string RawPeer::own_key() const {
  std::array<uint8_t, TOX_GROUP_PEER_PUBLIC_KEY_SIZE> key{};
  tox_group_self_get_public_key(tox_.get(), group_, key.data(), nullptr);
  return key_text(key.data());
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 4 && words[1] == "--found") {
    RawPeer peer(words[0]);
    peer.found(words[2], words[3]);
    peer.run();
  } else if (words.size() == 3) {
    RawPeer peer(words[0]);
    peer.join(words[1], words[2]);
    peer.run();
  } else {
    fail("usage: raw_peer HOST:PORT:KEY (CHAT_ID | --found NAME) NICK");
  }
  return 0;
}
