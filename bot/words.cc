#include "bot/words.h"

#include <algorithm>
#include <cassert>

#include "protocol/text.h"

namespace ngcshare {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t'; }

// A place at or before `limit` that does not cut a UTF-8 sequence, at a space where there is one.
size_t cut_point(std::string_view line, size_t limit) {
  if (line.size() <= limit) return line.size();
  const size_t space = line.rfind(' ', limit);
  if (space != std::string_view::npos && space > limit / 2) return space;
  size_t at = limit;
  const size_t furthest = limit - 3;  // a sequence has at most three bytes behind its first
  while (at > furthest && (static_cast<unsigned char>(line[at]) & 0xC0) == 0x80) --at;
  return at;
}

}  // namespace

std::optional<std::vector<std::string>> split_words(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote == 0 && is_space(c)) {
      if (in_word) words.push_back(std::move(word));
      word.clear();
      in_word = false;
      continue;
    }
    in_word = true;
    if (c == '\\' && quote != '\'' && i + 1 < text.size()) {
      word += text[++i];
    } else if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else if (quote != 0 && c == quote) {
      quote = 0;
    } else {
      word += c;
    }
  }
  if (quote != 0) return std::nullopt;
  if (in_word) words.push_back(std::move(word));
  return words;
}

std::string quote_word(const std::string& word) {
  if (!word.empty() && word.find_first_of(" \t\"'\\") == std::string::npos) return word;
  std::string quoted = "\"";
  for (const char c : word) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string join_words(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + quote_word(word);
  return line;
}

std::string printable(std::string_view text) {
  std::string clean(text);
  if (is_printable_utf8(text)) return clean;
  for (char& c : clean) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7F) c = '?';
  }
  return clean;
}

std::string printable_lines(std::string_view text) {
  std::string clean;
  while (true) {
    const size_t end = text.find('\n');
    clean += printable(text.substr(0, end));
    if (end == std::string_view::npos) return clean;
    clean += '\n';
    text.remove_prefix(end + 1);
  }
}

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
