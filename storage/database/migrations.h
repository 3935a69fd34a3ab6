// The database schema as a list of upgrade steps. A released step is never edited: a change is a
// new step.
#pragma once

#include <cstdint>
#include <span>

namespace ngcshare::storage {

struct Migration {
  std::uint32_t version;  // user_version once the step is committed; 1, 2, 3 … without gaps
  // Any number of statements, run in one transaction. Foreign keys are not enforced during the
  // step, so that a table can be rebuilt, but every reference must hold at its end.
  const char* sql;
};

// Returns all steps, oldest first.
std::span<const Migration> all_migrations();

}  // namespace ngcshare::storage
