#include "bot/base/spelling.h"

#include <algorithm>
#include <vector>

namespace ngcshare {
namespace {

constexpr size_t kLongestName = 64;
constexpr size_t kTooFar = 3;  // too different to be a typing error

// Returns the Levenshtein distance: letters to change, add or remove.
size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<size_t> row(to.size() + 1);
  for (size_t j = 0; j <= to.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= from.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= to.size(); ++j) {
      const size_t replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[to.size()];
}

}  // namespace

std::optional<std::string> nearest_name(std::string_view name, std::span<const std::string> names) {
  std::optional<std::string> best;
  size_t best_distance = kTooFar;
  for (const std::string& candidate : names) {
    const size_t distance = edit_distance(name.substr(0, kLongestName), candidate);
    if (distance >= best_distance) continue;
    best = candidate;
    best_distance = distance;
  }
  return best;
}

}  // namespace ngcshare
