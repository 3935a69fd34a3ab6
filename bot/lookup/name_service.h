// The threads in which the host names of an event loop are looked up, each name in its own, so that
// a name server that is silent for one name delays no other.
//
// A lookup is a call of the C library, which knows /etc/hosts, DNS, multicast DNS and whatever else
// the machine is configured for, but cannot be interrupted. A thread that hangs in it is left to
// itself at the end of the program.
#pragma once

#include <asio/execution_context.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/address.hpp>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace ngcshare {

struct NameAnswer {
  std::vector<asio::ip::address> addresses;  // each once, in the system's order
  std::string error;                         // why there are none
};

// One for each event loop, made when it is first used: asio::use_service<NameService>(loop). Is
// called by NameLookup only, and in the loop's thread.
class NameService : public asio::execution_context::service {
 public:
  using key_type = NameService;
  using Done = std::function<void(const NameAnswer&)>;
  // Blocks until the name is found or not. Is called in several threads at once.
  using Find = std::function<NameAnswer(const std::string& host)>;

  static asio::execution_context::id id;

  static constexpr size_t kMostThreads = 16;
  // A name whose last lookup took kSlow waits while this many such names are looked up, so that a
  // dead name server leaves threads for the names that others answer for.
  static constexpr size_t kMostThreadsForSlow = 8;
  static constexpr std::chrono::seconds kSlow{2};
  // Names beyond that are not looked up.
  static constexpr size_t kMostWaiting = 256;
  // Addresses of a name beyond that are left out, because whoever answers for it could put
  // thousands into one answer, and each is judged within the loop for everybody who asked.
  static constexpr size_t kMostAddresses = 64;

  // `loop` is an asio::io_context.
  explicit NameService(asio::execution_context& loop);
  // Looks up with `find`, for tests: asio::make_service<NameService>(loop, find).
  NameService(asio::execution_context& loop, Find find, std::chrono::milliseconds slow = kSlow);
  ~NameService() override;

  // Calls `done` once, from the loop and never from within ask(), unless it is taken back first.
  // Those who ask for one name share its lookup. Returns a number for take_back().
  size_t ask(const std::string& host, Done done);
  // Returns the callback, which the service forgets; nullptr if it has been called.
  Done take_back(const std::string& host, size_t number);

 private:
  struct Shared;  // what the threads use; they may outlive the service
  struct Job {
    std::map<size_t, Done> asked;  // by number
    bool running = false;
    bool slow = false;
  };
  void shutdown() override;
  void start_next();
  void start(const std::string& host, Job& job);
  void deliver();
  void finish(const std::string& host, const NameAnswer& answer, bool slow);

  std::shared_ptr<Shared> shared_;
  std::map<std::string, Job> jobs_;   // by name
  std::deque<std::string> waiting_;   // the names in jobs_ that do not run, the oldest first
  std::map<size_t, Done> answering_;  // those of a job that has ended
  std::set<std::string> slow_;        // names whose last lookup took kSlow
  size_t running_ = 0;
  size_t slow_running_ = 0;
  size_t last_number_ = 0;
};

}  // namespace ngcshare
