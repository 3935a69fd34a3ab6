#include "bot/http/reader.h"

#include <cassert>
#include <utility>

#include "bot/http/status_codes.h"

namespace ngcshare {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeadEnd = "\r\n\r\n";

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7F;
}

// Returns true if the text can be the beginning of a head: lines that end with CR LF, without other
// control characters and without continuation lines. Checked before the head is complete, so that
// clients of other protocols are refused at once.
bool can_be_head(std::string_view text) {
  char before = '\n';
  for (const char c : text) {
    const bool wants_lf = before == '\r';
    if (wants_lf != (c == '\n')) return false;
    if (before == '\n' && (c == ' ' || c == '\t')) return false;
    if (is_control(c) && c != '\r' && c != '\n') return false;
    before = c;
  }
  return true;
}

// Returns the second word of the request line, as far as it has arrived.
std::string_view target_in(std::string_view head) {
  const std::string_view line = head.substr(0, head.find('\r'));
  const size_t space = line.find(' ');
  if (space == std::string_view::npos) return "";
  const std::string_view rest = line.substr(space + 1);
  return rest.substr(0, rest.find(' '));
}

}  // namespace

void HttpReader::feed(std::string_view bytes) {
  if (state_ == State::kRefused) return;
  buffer_ += bytes;
  advance();
}

void HttpReader::advance() {
  if (state_ == State::kRefused || state_ == State::kComplete) return;
  if (!head_) read_head();
  if (head_ && buffer_.size() >= head_->body_bytes) state_ = State::kComplete;
}

void HttpReader::read_head() {
  if (!skipped_line_ && buffer_.starts_with(kLineEnd)) {  // required by RFC 9112 §2.2
    buffer_.erase(0, kLineEnd.size());
    skipped_line_ = true;
  }
  state_ = buffer_.empty() ? State::kEmpty : State::kPartial;
  if (buffer_.empty()) return;
  const size_t end = buffer_.find(kHeadEnd);
  const std::string_view seen =
      std::string_view(buffer_).substr(0, end == std::string::npos ? end : end + kHeadEnd.size());
  if (!can_be_head(seen)) return refuse(kBadRequest);
  if (target_in(seen).size() > limits_.target_bytes) return refuse(kTargetTooLong);
  if (seen.size() > limits_.header_bytes) return refuse(kHeadersTooLarge);
  if (end == std::string::npos) return;
  auto parsed = parse_http_head(seen, limits_);
  if (const int* const status = std::get_if<int>(&parsed)) return refuse(*status);
  head_ = std::get<HttpHead>(std::move(parsed));
  buffer_.erase(0, end + kHeadEnd.size());
}

void HttpReader::refuse(int status) {
  state_ = State::kRefused;
  refusal_ = status;
  buffer_.clear();
}

bool HttpReader::wants_continue() {
  return state_ == State::kPartial && head_ && std::exchange(head_->expects_continue, false);
}

HttpReader::Taken HttpReader::take() {
  assert(state_ == State::kComplete);
  Taken taken{std::move(head_->request), head_->keep_alive};
  taken.request.body = buffer_.substr(0, head_->body_bytes);
  buffer_.erase(0, head_->body_bytes);
  head_.reset();
  skipped_line_ = false;
  state_ = State::kEmpty;
  advance();
  return taken;
}

}  // namespace ngcshare
