// The lines of raw_peer: commands that it reads, events that it prints.
#pragma once

#include <cstdio>
#include <sstream>
#include <string>

// Prints {"event":NAME,FIELDS}; the fields are JSON already.
inline void say(const std::string& event, const std::string& fields = "") {
  std::printf("{\"event\":\"%s\"%s%s}\n", event.c_str(), fields.empty() ? "" : ",", fields.c_str());
  std::fflush(stdout);
}

// Returns the words that are left, as they are written.
inline std::string rest_of(std::istringstream& words) {
  std::string text;
  std::getline(words >> std::ws, text);
  return text;
}
