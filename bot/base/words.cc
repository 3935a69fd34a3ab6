#include "bot/base/words.h"

namespace ngcshare {
namespace {

enum class Mark { kNone, kSpace, kDoubleQuote, kSingleQuote, kDash };

struct KnownMark {
  std::string_view bytes;
  Mark mark;
};

// What keyboards write where a person means a space, a quote or a hyphen.
constexpr KnownMark kMarks[] = {
    {"\r", Mark::kSpace},           {"\n", Mark::kSpace},
    {"\u00A0", Mark::kSpace},  // no-break space
    {"\u2002", Mark::kSpace},  // en space
    {"\u2003", Mark::kSpace},  // em space
    {"\u2007", Mark::kSpace},  // figure space
    {"\u2009", Mark::kSpace},  // thin space
    {"\u200A", Mark::kSpace},  // hair space
    {"\u202F", Mark::kSpace},  // narrow no-break space
    {"\u3000", Mark::kSpace},  // ideographic space
    {"\u00AB", Mark::kDoubleQuote}, {"\u00BB", Mark::kDoubleQuote},
    {"\u201C", Mark::kDoubleQuote}, {"\u201D", Mark::kDoubleQuote},
    {"\u201E", Mark::kDoubleQuote}, {"\u2018", Mark::kSingleQuote},
    {"\u2019", Mark::kSingleQuote}, {"\u201A", Mark::kSingleQuote},
    {"\u2039", Mark::kSingleQuote}, {"\u203A", Mark::kSingleQuote},
    {"\u2010", Mark::kDash},  // hyphen
    {"\u2011", Mark::kDash},  // no-break hyphen
    {"\u2012", Mark::kDash},  // figure dash
    {"\u2013", Mark::kDash},  // en dash
    {"\u2014", Mark::kDash},  // em dash
    {"\u2212", Mark::kDash},  // minus sign
};

bool is_space(char c) { return c == ' ' || c == '\t'; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Returns the mark with which the text begins; its bytes are empty if there is none.
KnownMark first_mark(std::string_view text) {
  for (const KnownMark& known : kMarks) {
    if (text.starts_with(known.bytes)) return known;
  }
  return {"", Mark::kNone};
}

// Splits a line, at one character or mark after the other.
class Splitter {
 public:
  Splitter(std::string_view text, size_t as_typed) : rest_(text), as_typed_(as_typed) {}

  std::optional<std::vector<std::string>> split() {
    while (!rest_.empty()) {
      const bool from_phone = words_.size() < as_typed_;
      if (!from_phone || !take_mark()) take_character();
    }
    if (quote_ != 0) return std::nullopt;
    end_word();
    return std::move(words_);
  }

 private:
  void end_word() {
    if (in_word_) words_.push_back(std::move(word_));
    word_.clear();
    in_word_ = false;
  }

  void take_character() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (quote_ == 0 && is_space(c)) return end_word();
    in_word_ = true;
    if (c == '\\' && quote_ != '\'' && !rest_.empty()) {
      word_ += rest_.front();
      rest_.remove_prefix(1);
    } else if (quote_ == 0 && (c == '"' || c == '\'')) {
      quote_ = c;
      is_typographic_ = false;
    } else if (quote_ != 0 && c == quote_) {
      quote_ = 0;
    } else {
      word_ += c;
    }
  }

  // Returns false, and takes nothing, if the next character is none of the marks or belongs to the
  // word like any other.
  bool take_mark() {
    const KnownMark next = first_mark(rest_);
    const std::string_view after = rest_.substr(next.bytes.size());
    if (!means(next.mark, after)) return false;
    rest_ = after;
    switch (next.mark) {
      case Mark::kSpace:
        end_word();
        break;
      case Mark::kDoubleQuote:
      case Mark::kSingleQuote:
        quote_ = quote_ != 0 ? '\0' : next.mark == Mark::kDoubleQuote ? '"' : '\'';
        is_typographic_ = true;
        in_word_ = true;
        break;
      case Mark::kDash:
        take_dash();
        break;
      case Mark::kNone:
        break;
    }
    return true;
  }

  // Returns true if the mark stands for its ASCII character here. `after`: the text behind it.
  bool means(Mark mark, std::string_view after) const {
    if (mark == Mark::kNone) return false;
    if (quote_ != 0) {
      const Mark closing = quote_ == '"' ? Mark::kDoubleQuote : Mark::kSingleQuote;
      // A single one inside a word is an apostrophe.
      return is_typographic_ && mark == closing && (quote_ == '"' || is_end_of_word(after));
    }
    const bool in_nick = word_.find('@') != std::string::npos;
    if (mark == Mark::kSpace) return !in_nick || is_blank(after);
    if (mark != Mark::kDash) return !in_word_;
    const bool in_range = !in_nick && !word_.empty() && is_digit(word_.back()) && !after.empty() &&
                          is_digit(after[0]);
    return in_range || begins_option();
  }

  bool begins_option() const { return word_.empty() || word_ == "-"; }

  void take_dash() {
    in_word_ = true;
    if (!begins_option()) {
      word_ += '-';
      return;
    }
    word_ = "--";
    while (rest_.starts_with('-')) rest_.remove_prefix(1);
    for (auto next = first_mark(rest_); next.mark == Mark::kDash; next = first_mark(rest_)) {
      rest_.remove_prefix(next.bytes.size());
    }
  }

  static bool is_end_of_word(std::string_view after) {
    return after.empty() || is_space(after[0]) || first_mark(after).mark == Mark::kSpace;
  }

  static bool is_blank(std::string_view text) {
    while (!text.empty() && is_end_of_word(text)) {
      text.remove_prefix(is_space(text[0]) ? 1 : first_mark(text).bytes.size());
    }
    return text.empty();
  }

  std::string_view rest_;
  const size_t as_typed_;
  std::vector<std::string> words_;
  std::string word_;
  bool in_word_ = false;
  char quote_ = 0;
  bool is_typographic_ = false;  // the open quote
};

}  // namespace

std::optional<std::vector<std::string>> split_words(std::string_view text) {
  return Splitter(text, 0).split();
}

std::optional<std::vector<std::string>> split_phone_words(std::string_view text, size_t as_typed) {
  return Splitter(text, as_typed).split();
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

}  // namespace ngcshare
