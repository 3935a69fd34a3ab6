#include "bot/base/lookalike.h"

#include <algorithm>
#include <iterator>

#include "protocol/base/code_point.h"

namespace ngcshare {
namespace {

constexpr char32_t kMalformed = 0x110000;  // plus the byte: above all code points

// The letters without accents of U+00C0 to U+017F; a dot stands for a letter of its own.
constexpr std::string_view kLatin =
    "aaaaaa.ceeeeiiiidnoooooxouuuuyp.aaaaaa.ceeeeiiii.nooooo.ouuuuypy"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkkklllllll"
    "lllnnnnnnn..oooooo..rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzf";
constexpr char32_t kFirstLatin = 0xC0;

struct Twin {
  char32_t code_point;
  char latin;
};

// Letters that look like Latin ones, sorted.
constexpr Twin kTwins[] = {
    {0x0251, 'a'}, {0x0261, 'g'}, {0x0391, 'a'}, {0x0392, 'b'}, {0x0395, 'e'}, {0x0396, 'z'},
    {0x0397, 'h'}, {0x0399, 'i'}, {0x039A, 'k'}, {0x039C, 'm'}, {0x039D, 'n'}, {0x039F, 'o'},
    {0x03A1, 'p'}, {0x03A4, 't'}, {0x03A5, 'y'}, {0x03A7, 'x'}, {0x03B1, 'a'}, {0x03B9, 'i'},
    {0x03BA, 'k'}, {0x03BD, 'v'}, {0x03BF, 'o'}, {0x03C1, 'p'}, {0x03C5, 'u'}, {0x0405, 's'},
    {0x0406, 'i'}, {0x0408, 'j'}, {0x0410, 'a'}, {0x0412, 'b'}, {0x0415, 'e'}, {0x041A, 'k'},
    {0x041C, 'm'}, {0x041D, 'h'}, {0x041E, 'o'}, {0x0420, 'p'}, {0x0421, 'c'}, {0x0422, 't'},
    {0x0423, 'y'}, {0x0425, 'x'}, {0x0430, 'a'}, {0x0435, 'e'}, {0x043A, 'k'}, {0x043E, 'o'},
    {0x0440, 'p'}, {0x0441, 'c'}, {0x0443, 'y'}, {0x0445, 'x'}, {0x0455, 's'}, {0x0456, 'i'},
    {0x0458, 'j'}, {0x04AE, 'y'}, {0x04AF, 'y'}, {0x04BA, 'h'}, {0x04BB, 'h'}, {0x04C0, 'i'},
    {0x04CF, 'i'}, {0x0501, 'd'}, {0x051A, 'q'}, {0x051B, 'q'}, {0x051C, 'w'}, {0x051D, 'w'},
};

char32_t latin_twin(char32_t code_point) {
  if (code_point >= kFirstLatin && code_point < kFirstLatin + kLatin.size()) {
    const char letter = kLatin[code_point - kFirstLatin];
    return letter == '.' ? code_point : static_cast<char32_t>(letter);
  }
  if (code_point >= 0xFF01 && code_point <= 0xFF5E) return code_point - 0xFF01 + '!';  // fullwidth
  // Mathematical styles: alphabets of 52 letters, then sets of ten digits.
  if (code_point >= 0x1D400 && code_point <= 0x1D6A3) {
    const char32_t letter = (code_point - 0x1D400) % 52;
    return letter < 26 ? 'A' + letter : 'a' + letter - 26;
  }
  if (code_point >= 0x1D7CE && code_point <= 0x1D7FF) return '0' + (code_point - 0x1D7CE) % 10;
  const auto* const twin =
      std::lower_bound(std::begin(kTwins), std::end(kTwins), code_point,
                       [](const Twin& one, char32_t value) { return one.code_point < value; });
  const bool found = twin != std::end(kTwins) && twin->code_point == code_point;
  return found ? static_cast<char32_t>(twin->latin) : code_point;
}

char32_t look_of(char32_t code_point) {
  char32_t look = latin_twin(code_point);
  if (look >= 'A' && look <= 'Z') look += 'a' - 'A';
  if (look == '0') return 'o';
  return look == '1' || look == 'i' || look == '|' ? 'l' : look;
}

bool is_accent(char32_t code_point) { return code_point >= 0x0300 && code_point <= 0x036F; }

}  // namespace

std::u32string appearance(std::string_view text) {
  std::u32string seen;
  while (!text.empty()) {
    const auto code_point = take_code_point(text);
    if (!code_point) {
      seen += kMalformed + static_cast<unsigned char>(text.front());
      text.remove_prefix(1);
    } else if (*code_point != ' ' && !is_hidden(*code_point) && !is_accent(*code_point)) {
      seen += look_of(*code_point);
    }
  }
  return seen;
}

bool look_alike(std::string_view one, std::string_view other) {
  return appearance(one) == appearance(other);
}

}  // namespace ngcshare
