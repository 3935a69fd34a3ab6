// The commands of raw_peer that act on the group: packets, messages, roles, passwords.
#pragma once

#include <tox/tox.h>

#include <cstdint>
#include <map>
#include <optional>
#include <sstream>
#include <string>

// Carries out commands of one group. tox and peers must outlive it.
class GroupCommands {
 public:
  // peers maps keys, in hexadecimal digits, to toxcore's peer numbers.
  GroupCommands(Tox* tox, uint32_t group, const std::map<std::string, uint32_t>& peers)
      : tox_(tox), group_(group), peers_(peers) {}

  // Carries out a command with its arguments and prints an event if toxcore refuses it. Returns
  // false if the command is unknown.
  bool obey(const std::string& command, std::istringstream& words);

 private:
  void send_private(std::istringstream& words);
  void send_public(std::istringstream& words);
  void speak(const std::string& text);
  void whisper(std::istringstream& words);
  void set_role(std::istringstream& words);
  void set_password(const std::string& password);
  void kick(std::istringstream& words);
  void lie(const std::string& password);

  std::optional<uint32_t> number_of(const std::string& key) const;
  static void report(bool sent, int error);

  Tox* tox_;
  uint32_t group_;
  const std::map<std::string, uint32_t>& peers_;
};
