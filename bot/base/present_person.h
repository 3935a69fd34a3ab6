// A person who is in a group now, as peers, commands and chat pass them around.
#pragma once

#include <string>

#include "bot/base/group_role.h"
#include "storage/values/person.h"

namespace ngcshare {

struct PresentPerson {
  storage::Person person;
  std::string nick;  // only to be displayed
  Role role = Role::kObserver;
  bool is_bot = false;  // has shown by the protocol that it runs ngcshare
};

}  // namespace ngcshare
