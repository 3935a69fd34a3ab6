// Gets this process into one group, and back into it. toxcore gives a join up for good when any one
// peer refuses it, and every peer of a public group can say a false "wrong password"; it does
// nothing after a kick; and its search for a group gets slower the longer it takes. So nothing is
// final here: the entrance joins again and again, after growing and random delays, and reports what
// it was told. Knows neither toxcore nor a clock.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bot/tox/events.h"
#include "bot/tox/one_shot_timer.h"
#include "protocol/base/entropy.h"

namespace ngcshare {

// The reason why this process is not in a group.
struct GroupTrouble {
  enum class Kind { kNone, kWrongPassword, kFull, kRefused, kKicked, kNotFound };
  Kind kind = Kind::kNone;
  size_t times = 0;                // refusals, or kicks
  std::chrono::minutes waited{0};  // only with kNotFound
};

// Returns "refused 3 times, at last because of a wrong password", or "" without trouble.
std::string describe(const GroupTrouble& trouble);

class Entrance {
 public:
  // What toxcore shows of the group now.
  enum class Sight {
    kCutOff,     // it does nothing about the group: a refusal or a kick has ended it
    kAlone,      // it is in the group or looks for it; nobody else is seen
    kInCompany,  // peers are seen, or the group is our own
  };
  struct Ways {
    std::function<Sight()> look;
    // Joins the group, or joins it again; an empty password leaves the one that toxcore has. Not
    // called from inside a function of the entrance.
    std::function<void(const std::string& password)> join;
    // Something has happened that a person should know. kNone: it is in the group again.
    std::function<void(const GroupTrouble& trouble)> report;
  };

  static constexpr std::chrono::seconds kLook{10};         // between two looks at the group
  static constexpr std::chrono::seconds kRefusalDelay{1};  // after the first refusal
  static constexpr std::chrono::minutes kMostRefusalDelay{5};
  static constexpr std::chrono::seconds kKickDelay{30};  // after the first kick
  static constexpr std::chrono::minutes kMostKickDelay{60};
  static constexpr std::chrono::minutes kPatience{5};  // before the first new search
  static constexpr std::chrono::minutes kMostPatience{40};
  static constexpr std::chrono::minutes kCalm{10};  // in the group, until all trouble is forgotten

  // `passwords` are tried in turn, the next one after each "wrong password". `entropy` must outlive
  // the entrance.
  Entrance(std::unique_ptr<OneShotTimer> timer, Entropy& entropy,
           std::vector<std::string> passwords, Ways ways);

  // toxcore is joining, or joins soon.
  void begin();

  // -- toxcore's events -------------------------------------------------------------------------
  void on_joined();
  void on_refused(JoinFailure failure);

  bool is_in() const { return in_; }
  const GroupTrouble& trouble() const { return trouble_; }

 private:
  void look();
  void look_later();
  void stay();
  void note_kick();
  void wait_longer();
  void join_after(std::chrono::milliseconds first, std::chrono::milliseconds most, size_t times);
  void join();
  void report(const GroupTrouble& trouble);

  const std::unique_ptr<OneShotTimer> timer_;
  Entropy& entropy_;
  const std::vector<std::string> passwords_;
  const Ways ways_;
  size_t next_password_ = 0;
  bool in_ = false;
  bool reported_ = false;  // trouble that has not ended yet
  GroupTrouble trouble_;
  size_t refusals_ = 0;  // these two since the last calm
  size_t kicks_ = 0;
  std::chrono::milliseconds waited_{0};  // outside, without any answer
  std::chrono::milliseconds searching_{0};
  std::chrono::milliseconds patience_ = kPatience;
  std::chrono::milliseconds calm_{0};
};

}  // namespace ngcshare
