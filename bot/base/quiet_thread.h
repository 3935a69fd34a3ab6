// Starts threads beside the event loop.
#pragma once

#include <pthread.h>

#include <csignal>
#include <functional>
#include <thread>
#include <utility>

namespace ngcshare {

// Runs `work` on a thread with all signals blocked, because the event loop handles them. `name`, of
// at most 15 bytes, is shown by tools.
inline std::thread start_quiet_thread(const char* name, std::function<void()> work) {
  sigset_t all{};
  sigset_t before{};
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread([name, work = std::move(work)] {
    pthread_setname_np(pthread_self(), name);
    work();
  });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace ngcshare
