// What a local program in the simulator needs of the process that it uses.
#pragma once

#include <cstdint>

namespace ngcshare::test {

class SimProcess {
 public:
  virtual ~SimProcess() = default;

  // Sends waiting packets and sets the alarm. Call after any call of the session.
  virtual void settle() = 0;

  // Counts an event that the session has reported to a local program.
  void count_call() { ++calls_; }
  uint64_t calls() const { return calls_; }

 private:
  uint64_t calls_ = 0;
};

}  // namespace ngcshare::test
