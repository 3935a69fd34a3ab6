// A gateway that shares a service in a group of three, for tests of the commands about persons.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/command_language/command_rig.h"
#include "tests/support/keys.h"

namespace ngcshare::test {

inline const Key kGroup = key_of(0x11);
inline const Key kAlice = key_of(0xAA);
inline const Key kBob = key_of(0xBB);
inline const Key kRoot = key_of(0xCC);
// What gives a right takes 16 digits.
inline const std::string kAliceDigits(16, 'A');
inline const std::string kBobDigits(16, 'B');

inline bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

class PermissionTest : public testing::Test {
 protected:
  PermissionTest() {
    rig_.groups.put({kGroup, "friends"});
    rig_.present = {{{kGroup, kAlice}, "alice", Role::kUser},
                    {{kGroup, kBob}, "bob", Role::kObserver},
                    {{kGroup, kRoot}, "root", Role::kFounder}};
    run("share web 80", as(Level::kOwner));
  }
  // Somebody in the group whom no rule of the test concerns.
  static Asker as(Level level, Door door = Door::kGroup) {
    if (door == Door::kControl) {
      return {.level = level, .chat_id = {}, .key = {}, .door = door};
    }
    return {.level = level, .chat_id = kGroup, .key = key_of(0x77), .door = door};
  }
  Answer run(std::string_view line, const Asker& asker) { return rig_.commands.run(line, asker); }
  Answer owner(std::string_view line) { return run(line, as(Level::kOwner, Door::kPrivate)); }
  Answer admin(std::string_view line) { return run(line, as(Level::kAdmin)); }
  Decision decision(const Key& key, Role role = Role::kUser) {
    return rig_.access.decide(*rig_.services.find("web"), {kGroup, key}, role, rig_.now);
  }

  CommandRig rig_;
};

}  // namespace ngcshare::test
