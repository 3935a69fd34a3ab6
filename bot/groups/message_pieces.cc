#include "bot/groups/message_pieces.h"

#include <algorithm>
#include <cassert>

namespace ngcshare {
namespace {

// Returns where to cut: at most at `limit`, at a space if one is near, never inside a UTF-8
// sequence.
size_t cut_point(std::string_view line, size_t limit) {
  if (line.size() <= limit) return line.size();
  const size_t space = line.rfind(' ', limit);
  if (space != std::string_view::npos && space > limit / 2) return space;
  size_t at = limit;
  const size_t furthest = limit - 3;  // a sequence has at most three bytes after its first
  while (at > furthest && (static_cast<unsigned char>(line[at]) & 0xC0) == 0x80) --at;
  return at;
}

}  // namespace

std::vector<std::string> split_message(std::string_view text, size_t limit) {
  assert(limit >= 4);
  std::vector<std::string> pieces;
  std::string piece;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!piece.empty() && piece.size() + 1 + line.size() <= limit) {
      piece += '\n';
      piece += line;
      continue;
    }
    if (!piece.empty()) pieces.push_back(std::move(piece));
    piece.clear();
    while (line.size() > limit) {
      const size_t cut = cut_point(line, limit);
      pieces.emplace_back(line.substr(0, cut));
      line.remove_prefix(cut);
    }
    piece = line;
  }
  if (!piece.empty()) pieces.push_back(std::move(piece));
  return pieces;
}

std::vector<std::string> split_answer(std::string_view text, size_t limit, size_t most) {
  assert(limit >= 64 && most >= 1);
  auto pieces = split_message(text, limit);
  if (pieces.size() <= most) return pieces;
  const auto lines_in = [](const std::string& piece) {
    return 1 + static_cast<size_t>(std::count(piece.begin(), piece.end(), '\n'));
  };
  size_t left_out = 0;
  for (size_t i = most - 1; i < pieces.size(); ++i) left_out += lines_in(pieces[i]);
  pieces.resize(most - 1);
  pieces.push_back("… and " + std::to_string(left_out) + " more lines, too many to tell here");
  return pieces;
}

}  // namespace ngcshare
