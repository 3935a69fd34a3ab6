#include "bot/groups/entrance.h"

#include <algorithm>
#include <utility>

namespace ngcshare {
namespace {

using std::chrono::milliseconds;
using Kind = GroupTrouble::Kind;

Kind kind_of(JoinFailure failure) {
  switch (failure) {
    case JoinFailure::kWrongPassword:
      return Kind::kWrongPassword;
    case JoinFailure::kFull:
      return Kind::kFull;
    case JoinFailure::kOther:
      break;
  }
  return Kind::kRefused;
}

// Returns whether a person is told of that many refusals: 3, 10, 30, 100 and so on.
bool is_milestone(size_t times) {
  for (size_t ten = 1; ten <= times; ten *= 10) {
    if (times == 3 * ten || times == 10 * ten) return true;
  }
  return false;
}

std::string often(size_t times) { return times == 1 ? "once" : std::to_string(times) + " times"; }

}  // namespace

std::string describe(const GroupTrouble& trouble) {
  switch (trouble.kind) {
    case Kind::kNone:
      return "";
    case Kind::kWrongPassword:
      return "refused " + often(trouble.times) + ", at last because of a wrong password";
    case Kind::kFull:
      return "refused " + often(trouble.times) + ", at last because the group is full";
    case Kind::kRefused:
      return "refused " + often(trouble.times);
    case Kind::kKicked:
      return "kicked out " + often(trouble.times);
    case Kind::kNotFound:
      return "nobody of the group found in " + std::to_string(trouble.waited.count()) + " minutes";
  }
  return "";
}

Entrance::Entrance(std::unique_ptr<OneShotTimer> timer, Entropy& entropy,
                   std::vector<std::string> passwords, Ways ways)
    : timer_(std::move(timer)),
      entropy_(entropy),
      passwords_(passwords.empty() ? std::vector<std::string>{""} : std::move(passwords)),
      ways_(std::move(ways)) {}

void Entrance::begin() { look_later(); }

void Entrance::on_joined() {
  stay();
  look_later();
}

void Entrance::on_refused(JoinFailure failure) {
  in_ = false;
  searching_ = waited_ = milliseconds(0);
  ++refusals_;
  trouble_ = {kind_of(failure), refusals_};
  if (failure == JoinFailure::kWrongPassword) {
    next_password_ = (next_password_ + 1) % passwords_.size();
  }
  if (is_milestone(refusals_)) report(trouble_);
  join_after(kRefusalDelay, kMostRefusalDelay, refusals_);
}

void Entrance::look_later() {
  timer_->set(kLook, [this] { look(); });
}

void Entrance::look() {
  const Sight sight = ways_.look();
  if (sight == Sight::kCutOff) return note_kick();
  if (in_ || sight == Sight::kInCompany) {
    stay();
  } else {
    wait_longer();
  }
  look_later();
}

void Entrance::stay() {
  if (!std::exchange(in_, true)) {
    calm_ = searching_ = waited_ = milliseconds(0);
    patience_ = kPatience;
    trouble_ = {};
    if (std::exchange(reported_, false)) report({});
  } else {
    calm_ += kLook;
  }
  if (calm_ >= kCalm) refusals_ = kicks_ = 0;
}

void Entrance::note_kick() {
  in_ = false;
  ++kicks_;
  trouble_ = {Kind::kKicked, kicks_};
  report(trouble_);
  join_after(kKickDelay, kMostKickDelay, kicks_);
}

// Joins anew when the patience ends, which makes toxcore's search begin anew, too.
void Entrance::wait_longer() {
  waited_ += kLook;
  searching_ += kLook;
  if (searching_ < patience_) return;
  searching_ = milliseconds(0);
  patience_ = std::min<milliseconds>(2 * patience_, kMostPatience);
  trouble_ = {Kind::kNotFound, 0, std::chrono::duration_cast<std::chrono::minutes>(waited_)};
  report(trouble_);
  join();
}

// The delay doubles with each time. Its random part keeps those who were refused together from
// coming back together.
void Entrance::join_after(milliseconds first, milliseconds most, size_t times) {
  milliseconds delay = first;
  for (size_t i = 1; i < times && delay < most; ++i) delay *= 2;
  delay = std::min(delay, most);
  const auto random_part = milliseconds(entropy_.next_u32() % static_cast<uint32_t>(delay.count()));
  timer_->set(delay / 2 + random_part, [this] {
    join();
    look_later();
  });
}

void Entrance::join() { ways_.join(passwords_[next_password_]); }

void Entrance::report(const GroupTrouble& trouble) {
  reported_ = trouble.kind != Kind::kNone;
  ways_.report(trouble);
}

}  // namespace ngcshare
