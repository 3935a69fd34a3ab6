#include "bot/base/line_writer.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string_view>
#include <utility>

#include "bot/base/quiet_thread.h"

namespace ngcshare {
namespace {

constexpr size_t kLineOverhead = sizeof(std::string);

// Waits for a descriptor that another process has made non-blocking.
bool wait_for_room(int descriptor) {
  pollfd room{descriptor, POLLOUT, 0};
  return ::poll(&room, 1, -1) > 0 || errno == EINTR;
}

// Returns the number of bytes written: fewer than `text` has if the descriptor fails.
size_t write_as_much_as_possible(int descriptor, std::string_view text) {
  size_t done = 0;
  while (done < text.size()) {
    const ssize_t written = ::write(descriptor, text.data() + done, text.size() - done);
    if (written >= 0) {
      done += static_cast<size_t>(written);
    } else if (errno == EAGAIN) {
      if (!wait_for_room(descriptor)) break;
    } else if (errno != EINTR) {
      break;
    }
  }
  return done;
}

}  // namespace

struct LineWriter::State {
  State(int to, Lost tell, size_t most)
      : descriptor(to), lost_line(std::move(tell)), max_bytes(most) {}

  using Lock = std::unique_lock<std::mutex>;

  void work();
  void write_waiting(Lock& lock);
  void tell_lost(Lock& lock);
  bool put(Lock& lock, std::string line);
  void count_lost() {
    ++lost;
    ++untold;
  }

  const int descriptor;
  const Lost lost_line;
  const size_t max_bytes;
  bool torn = false;  // the last line was written in part; only the thread uses this

  std::mutex mutex;
  std::condition_variable wake;
  std::condition_variable rested;
  std::deque<std::string> lines;
  size_t bytes = 0;  // of `lines`
  uint64_t lost = 0;
  uint64_t untold = 0;  // lost since `lost_line` was last written
  bool poked = false;   // there is something to do
  bool resting = false;
  bool ending = false;
};

void LineWriter::State::work() {
  Lock lock(mutex);
  while (!ending) {
    poked = false;
    write_waiting(lock);
    tell_lost(lock);
    if (poked || ending) continue;
    resting = true;
    rested.notify_all();
    wake.wait(lock, [this] { return poked || ending; });
    resting = false;
  }
}

void LineWriter::State::write_waiting(Lock& lock) {
  while (!lines.empty() && !ending) {
    const size_t size = lines.front().size() + kLineOverhead;
    if (!put(lock, std::move(lines.front()))) count_lost();
    lines.pop_front();
    bytes -= size;
  }
}

// Tries once if the descriptor fails; the next line that is lost makes it try again.
void LineWriter::State::tell_lost(Lock& lock) {
  while (untold > 0 && !ending) {
    const uint64_t told = untold;
    if (!put(lock, lost_line(told))) return;
    untold -= told;
  }
}

// Writes without the lock. Begins a new line after a torn one.
bool LineWriter::State::put(Lock& lock, std::string line) {
  lock.unlock();
  if (torn) line.insert(0, 1, '\n');
  const size_t written = write_as_much_as_possible(descriptor, line);
  if (written > 0) torn = written < line.size();
  lock.lock();
  return written == line.size();
}

LineWriter::LineWriter(int descriptor, Lost lost, size_t max_waiting_bytes)
    : state_(std::make_shared<State>(descriptor, std::move(lost), max_waiting_bytes)),
      thread_(start_quiet_thread("output", [state = state_] { state->work(); })) {}

LineWriter::~LineWriter() {
  bool resting = false;
  {
    const State::Lock lock(state_->mutex);
    state_->ending = true;
    resting = state_->resting;
  }
  state_->wake.notify_all();
  resting ? thread_.join() : thread_.detach();
}

void LineWriter::write(std::string line) {
  {
    const State::Lock lock(state_->mutex);
    const size_t size = line.size() + kLineOverhead;
    state_->poked = true;
    if (state_->untold > 0 || state_->bytes + size > state_->max_bytes) {
      state_->count_lost();
    } else {
      state_->bytes += size;
      state_->lines.push_back(std::move(line));
    }
  }
  state_->wake.notify_one();
}

bool LineWriter::flush(std::chrono::milliseconds patience) {
  State::Lock lock(state_->mutex);
  state_->poked = true;
  state_->wake.notify_one();
  return state_->rested.wait_for(lock, patience,
                                 [this] { return state_->resting && !state_->poked; });
}

uint64_t LineWriter::lost() const {
  const State::Lock lock(state_->mutex);
  return state_->lost;
}

}  // namespace ngcshare
