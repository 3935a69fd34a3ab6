// The maximum of the values of the last `window` rounds in constant memory: keeps the best three
// candidates (Kathleen Nichols' filter, as in Linux's win_minmax.h).
#pragma once

#include <array>
#include <cstdint>

namespace ngcshare::link {

class WindowedMax {
 public:
  explicit WindowedMax(uint64_t window) : window_(window) {}

  void update(double value, uint64_t round) {
    if (value >= best_[0].value || round - best_[2].round > window_) {
      reset(value, round);
      return;
    }
    if (value >= best_[1].value) {
      best_[1] = best_[2] = {value, round};
    } else if (value >= best_[2].value) {
      best_[2] = {value, round};
    }
    if (round - best_[0].round > window_) {
      best_[0] = best_[1];
      best_[1] = best_[2];
      best_[2] = {value, round};
      if (round - best_[0].round > window_) {
        best_[0] = best_[1];
        best_[1] = best_[2];
      }
    } else if (best_[1].round == best_[0].round && round - best_[1].round > window_ / 4) {
      best_[1] = best_[2] = {value, round};
    } else if (best_[2].round == best_[1].round && round - best_[2].round > window_ / 2) {
      best_[2] = {value, round};
    }
  }
  void reset(double value, uint64_t round) { best_.fill({value, round}); }
  double get() const { return best_[0].value; }

 private:
  struct Candidate {
    double value = 0;
    uint64_t round = 0;
  };
  uint64_t window_;
  std::array<Candidate, 3> best_{};
};

}  // namespace ngcshare::link
