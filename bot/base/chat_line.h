// A line of chat, as the network, the program and the chat door pass it on.
#pragma once

#include <cstdint>
#include <string>

namespace ngcshare {

struct ChatLine {
  std::string text;
  bool is_private = false;
  uint32_t id = 0;  // drawn by the sender; the same line can come again, with the same id
};

}  // namespace ngcshare
