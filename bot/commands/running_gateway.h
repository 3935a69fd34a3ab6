// Interface through which commands reach the running gateway itself.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "bot/base/key.h"
#include "bot/invitation/link.h"
#include "storage/values/person.h"

namespace ngcshare {

class RunningGateway {
 public:
  struct Group {
    Key chat_id{};
    std::string name;
    bool connected = false;
    size_t peers = 0;
    std::string problem = {};  // why the gateway is not in it; empty: it is, or still looks for it
  };

  // The path to one person.
  struct Path {
    storage::Person person;
    std::string text;  // for people: directly or by a relay, and how well
    size_t connections = 0;
  };

  virtual ~RunningGateway() = default;

  // Returns a link to the group without its secret, with the group's password; nullopt if the
  // gateway is not in the group.
  virtual std::optional<InvitationLink> link_to(const Key& chat_id) const = 0;

  virtual std::vector<Group> groups() const = 0;
  // Joins or leaves a group permanently, soon after the call. Returns what went wrong, or nullopt
  // on success.
  virtual std::optional<std::string> join(const Key& chat_id, const std::string& password) = 0;
  virtual std::optional<std::string> leave(const Key& chat_id) = 0;
  // Returns the paths to the peers that run ngcshare, in one group or in all (nullopt).
  virtual std::vector<Path> paths(const std::optional<Key>& chat_id) = 0;
  // Returns the URL of the status page with the token to view it or to act there as the owner, or
  // an empty string if the page is not served. Throws StorageError if the token cannot be read.
  virtual std::string page_link(bool as_owner) const = 0;
  // Ends the process in an orderly way after the answer has been sent.
  virtual void shut_down() = 0;
};

}  // namespace ngcshare
