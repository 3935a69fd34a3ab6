// A person who is in a group now, as peers, commands and chat pass them around.
#pragma once

#include <string>

#include "bot/group_role.h"
#include "storage/person.h"

namespace ngcshare {

struct PresentPerson {
  storage::Person person;
  std::string nick;  // only to be displayed
  Role role = Role::kObserver;
  bool is_bot = false;  // has shown by the protocol that it runs ngcshare
};

}  // namespace ngcshare
