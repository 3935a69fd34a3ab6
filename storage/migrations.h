// How the schema came to be, step by step. A released step is never edited; a change is a new step.
#pragma once

#include <cstdint>
#include <span>

namespace ngcshare::storage {

struct Migration {
  std::uint32_t version;  // user_version once the step is committed; 1, 2, 3 … without gaps
  // Any number of statements, run in one transaction. Foreign keys aren't enforced meanwhile, so a
  // table can be rebuilt, but every reference must hold at the end of the step.
  const char* sql;
};

// Oldest first.
std::span<const Migration> all_migrations();

}  // namespace ngcshare::storage
