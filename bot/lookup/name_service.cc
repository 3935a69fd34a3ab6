#include "bot/lookup/name_service.h"

#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <asio/post.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

namespace ngcshare {
namespace {

std::optional<asio::ip::address> address_of(const addrinfo& entry) {
  if (entry.ai_family == AF_INET) {
    sockaddr_in address{};
    std::memcpy(&address, entry.ai_addr, sizeof(address));
    return asio::ip::address_v4(ntohl(address.sin_addr.s_addr));
  }
  if (entry.ai_family == AF_INET6) {
    sockaddr_in6 address{};
    std::memcpy(&address, entry.ai_addr, sizeof(address));
    asio::ip::address_v6::bytes_type bytes;
    std::memcpy(bytes.data(), &address.sin6_addr, bytes.size());
    return asio::ip::address_v6(bytes, address.sin6_scope_id);
  }
  return std::nullopt;
}

NameAnswer find_by_system(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failure = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (failure == EAI_SYSTEM) return {{}, std::generic_category().message(errno)};
  if (failure != 0) return {{}, ::gai_strerror(failure)};
  NameAnswer answer;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    const auto address = address_of(*entry);
    auto& known = answer.addresses;
    if (address && std::find(known.begin(), known.end(), *address) == known.end()) {
      known.push_back(*address);
    }
  }
  ::freeaddrinfo(found);
  return answer;
}

// Starts a thread in which no signal is handled. Throws std::system_error if there can be none.
template <typename Body>
void start_thread(Body body) {
  sigset_t all{};
  sigset_t before{};
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    std::thread(std::move(body)).detach();
  } catch (const std::system_error&) {
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    throw;
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace

asio::execution_context::id NameService::id;

struct NameService::Shared {
  struct Result {
    std::string host;
    NameAnswer answer;
    bool slow = false;
  };
  Shared(asio::io_context& loop_of, NameService& owner, Find find_by,
         std::chrono::milliseconds slow_from)
      : find(std::move(find_by)), slow(slow_from), loop(&loop_of), service(&owner) {}

  const Find find;
  const std::chrono::milliseconds slow;
  std::mutex mutex;        // of all below
  asio::io_context* loop;  // nullptr once the service has shut down
  NameService* const service;
  std::vector<Result> finished;
};

NameService::NameService(asio::execution_context& loop) : NameService(loop, find_by_system) {}

NameService::NameService(asio::execution_context& loop, Find find, std::chrono::milliseconds slow)
    : asio::execution_context::service(loop),
      shared_(std::make_shared<Shared>(static_cast<asio::io_context&>(loop), *this, std::move(find),
                                       slow)) {}

NameService::~NameService() = default;

// The callbacks go here and not in the destructor, because they own sockets and timers, whose
// services are still there now.
void NameService::shutdown() {
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->loop = nullptr;
  }
  waiting_.clear();
  const auto jobs = std::exchange(jobs_, {});
  const auto answering = std::exchange(answering_, {});
}

size_t NameService::ask(const std::string& host, Done done) {
  const size_t number = ++last_number_;
  const auto known = jobs_.find(host);
  if (known != jobs_.end()) {
    known->second.asked.emplace(number, std::move(done));
    return number;
  }
  Job& job = jobs_[host];
  job.asked.emplace(number, std::move(done));
  if (waiting_.size() >= kMostWaiting) {
    job.running = true;
    ++running_;
    asio::post(*shared_->loop, [this, host] { finish(host, {{}, "too many names wait"}, false); });
    return number;
  }
  waiting_.push_back(host);
  start_next();
  return number;
}

NameService::Done NameService::take_back(const std::string& host, size_t number) {
  if (auto node = answering_.extract(number)) return std::move(node.mapped());
  const auto job = jobs_.find(host);
  if (job == jobs_.end()) return nullptr;
  auto node = job->second.asked.extract(number);
  if (node.empty()) return nullptr;
  Done done = std::move(node.mapped());
  if (job->second.asked.empty() && !job->second.running) {
    waiting_.erase(std::find(waiting_.begin(), waiting_.end(), host));
    jobs_.erase(job);
  }
  return done;
}

void NameService::start_next() {
  for (auto next = waiting_.begin(); next != waiting_.end() && running_ < kMostThreads;) {
    Job& job = jobs_.at(*next);
    job.slow = slow_.contains(*next);
    if (job.slow && slow_running_ >= kMostThreadsForSlow) {
      ++next;
      continue;
    }
    const std::string host = *next;
    next = waiting_.erase(next);
    start(host, job);
  }
}

void NameService::start(const std::string& host, Job& job) {
  job.running = true;
  ++running_;
  if (job.slow) ++slow_running_;
  try {
    start_thread([shared = shared_, host] {
      const auto begin = std::chrono::steady_clock::now();
      NameAnswer answer = shared->find(host);
      if (answer.addresses.size() > kMostAddresses) answer.addresses.resize(kMostAddresses);
      const bool was_slow = std::chrono::steady_clock::now() - begin >= shared->slow;
      const std::lock_guard lock(shared->mutex);
      if (shared->loop == nullptr) return;
      shared->finished.push_back({host, std::move(answer), was_slow});
      asio::post(*shared->loop, [service = shared->service] { service->deliver(); });
    });
  } catch (const std::system_error& error) {
    asio::post(*shared_->loop, [this, host, why = std::string(error.what())] {
      finish(host, {{}, why}, false);
    });
  }
}

void NameService::deliver() {
  std::vector<Shared::Result> finished;
  {
    const std::lock_guard lock(shared_->mutex);
    finished.swap(shared_->finished);
  }
  for (const Shared::Result& result : finished) finish(result.host, result.answer, result.slow);
}

void NameService::finish(const std::string& host, const NameAnswer& answer, bool slow) {
  auto node = jobs_.extract(host);
  --running_;
  if (node.mapped().slow) --slow_running_;
  if (!slow) {
    slow_.erase(host);
  } else if (slow_.size() < kMostWaiting) {
    slow_.insert(host);
  }
  start_next();
  // A callback may take back another one.
  answering_ = std::move(node.mapped().asked);
  while (!answering_.empty()) {
    const auto next = answering_.extract(answering_.begin());
    next.mapped()(answer);
  }
}

}  // namespace ngcshare
