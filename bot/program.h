// What commands may ask of the running program itself.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "bot/hex.h"
#include "storage/person.h"

namespace ngcshare {

class Program {
 public:
  struct Group {
    Key chat_id{};
    std::string name;
    bool connected = false;
    size_t peers = 0;
  };

  // How a person is reached.
  struct Path {
    storage::Person person;
    std::string text;  // for people: directly or by a relay, and how well
    size_t connections = 0;
  };

  virtual ~Program() = default;

  virtual std::vector<Group> groups() const = 0;
  // Joins or leaves for good, soon after the call. What went wrong, nullopt if nothing.
  virtual std::optional<std::string> join(const Key& chat_id, const std::string& password) = 0;
  virtual std::optional<std::string> leave(const Key& chat_id) = 0;
  // The paths to those who run ngcshare: in one group, or in all (nullopt).
  virtual std::vector<Path> paths(const std::optional<Key>& chat_id) = 0;
  // Where the status page is, with the token to see it, or to act there as the owner. Empty: it is
  // not served. Throws StorageError when the token can't be read.
  virtual std::string page_link(bool as_owner) const = 0;
  // Ends the process in an orderly way, once the answer is on its way.
  virtual void shut_down() = 0;
};

}  // namespace ngcshare
