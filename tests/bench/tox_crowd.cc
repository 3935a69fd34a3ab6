// Runs many plain, idle peers of one group in one process, as company for an idle gateway, until
// standard input ends.
//
//   tox_crowd COUNT CHAT_ID HOST:PORT:KEY
//
// Prints {"event":"peers","seen":N} whenever N, the number of peers that have met another, grows.
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <vector>

#include "tests/bench/plain_tox.h"

namespace {

using bench::PlainTox;

struct Crowd {
  std::vector<std::unique_ptr<PlainTox>> peers;
  std::vector<bool> in_company;
  long seen = 0;

  void met(size_t index) {
    in_company[index] = true;
    const long now = std::count(in_company.begin(), in_company.end(), true);
    if (now == seen) return;
    seen = now;
    std::printf("{\"event\":\"peers\",\"seen\":%ld}\n", seen);
    std::fflush(stdout);
  }
};

void run(size_t count, const std::string& chat_id, const BootNode& boot) {
  Crowd crowd;
  crowd.in_company.resize(count);
  std::vector<pollfd> sockets{{STDIN_FILENO, POLLIN, 0}};
  for (size_t index = 0; index < count; ++index) {
    crowd.peers.push_back(std::make_unique<PlainTox>(0, boot));
    crowd.peers.back()->on_peer = [&crowd, index](uint32_t) { crowd.met(index); };
    crowd.peers.back()->join(chat_id, "peer" + std::to_string(index));
    sockets.push_back({crowd.peers.back()->udp_socket(), POLLIN, 0});
  }
  while (sockets[0].revents == 0 || !bench::input_ended()) {
    poll(sockets.data(), sockets.size(), 50);
    for (const auto& peer : crowd.peers) peer->iterate();
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto boot = argc == 4 ? parse_boot_node(argv[3]) : std::nullopt;
  const int count = boot ? std::atoi(argv[1]) : 0;
  if (count <= 0) {
    std::fprintf(stderr, "usage: tox_crowd COUNT CHAT_ID HOST:PORT:KEY\n");
    return 2;
  }
  try {
    run(static_cast<size_t>(count), argv[2], *boot);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "tox_crowd: %s\n", error.what());
    return 1;
  }
  return 0;
}
