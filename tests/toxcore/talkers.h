// Two members of a group, alone in it, who speak ten times a second, and how long each is deaf.
#pragma once

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "tests/toxcore/virtual_network.h"

namespace ngcshare::test {

class Talkers {
 public:
  Talkers() : network_(kNodes), one_(network_.add()), other_(network_.add()) {
    network_.pass_until([&] { return one_.is_online() && other_.is_online(); }, kPatience);
    const ChatId group = one_.found_group();
    wait(std::chrono::seconds(5));
    other_.join(group);
    const auto have_met = [&] { return one_.has_met_somebody() && other_.has_met_somebody(); };
    if (network_.pass_until(have_met, kPatience) == kPatience) {
      throw std::runtime_error("the two have not met");
    }
    talk(std::chrono::seconds(5));
  }

  VirtualNode& one() { return one_; }
  VirtualNode& other() { return other_; }
  void wait(Milliseconds time) { network_.pass(time, kTurn); }
  // Returns whether one hears the other's next packet.
  bool reaches(VirtualNode& from, const VirtualNode& to) {
    const size_t before = to.heard();
    from.speak();
    wait(kTurn);
    return to.heard() > before;
  }
  // Lets both speak for a time. Returns the longest time in which one of them has heard nothing.
  Milliseconds talk(Milliseconds time) {
    Deafness one(one_, network_), other(other_, network_);
    for (Milliseconds passed{}; passed < time; passed += kTurn) {
      one_.speak();
      other_.speak();
      wait(kTurn);
      one.look();
      other.look();
    }
    return std::max(one.longest(), other.longest());
  }

 private:
  static constexpr size_t kNodes = 3;
  static constexpr Milliseconds kTurn{100};
  static constexpr Milliseconds kPatience = std::chrono::minutes(2);

  // How long a node has heard nothing.
  class Deafness {
   public:
    Deafness(const VirtualNode& node, const VirtualNetwork& network)
        : node_(node), network_(network), heard_(node.heard()), since_(network.now()) {}
    void look() {
      if (node_.heard() != heard_) since_ = network_.now();
      heard_ = node_.heard();
      longest_ = std::max(longest_, network_.now() - since_);
    }
    Milliseconds longest() const { return longest_; }

   private:
    const VirtualNode& node_;
    const VirtualNetwork& network_;
    size_t heard_;
    Milliseconds since_;
    Milliseconds longest_{};
  };

  VirtualNetwork network_;
  VirtualNode& one_;
  VirtualNode& other_;
};

}  // namespace ngcshare::test
