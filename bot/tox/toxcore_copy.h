// The toxcore that this program is linked with, and whether it may go online with it. toxcore
// before 0.2.23 has a fault with which a stranger's UDP packet may take over the program
// (GHSA-42vg-9mg3-399f); deploy/toxcore.sh builds a mended copy of an older one.
#pragma once

#include <string>

namespace ngcshare {

inline constexpr const char* kToxcoreFault = "GHSA-42vg-9mg3-399f";

struct ToxcoreCopy {
  std::string version;
  bool is_release = false;  // a version that does not have the fault
  bool is_mended = false;   // has our mend
  // Announces groups all the time (deploy/toxcore/group-search.patch): without that, newcomers
  // hardly find a group whose members have been there for an hour.
  bool announces_groups = false;
  // Lets only those into a group by invitation who were invited (group-invitation.patch): without
  // that, a friend may enter a private group of which it knows the chat id, or use up the memory.
  bool checks_invitations = false;
  // Takes a bounded number of peers and relays from a member of a group (group-sync.patch): without
  // that, it uses up the memory and the descriptors of others.
  bool bounds_peers = false;
  // Changes keys with members of a group without being deaf if a packet is lost (group-keys.patch).
  bool repeats_keys = false;
  // Sends to where another member's packets come from (group-address.patch).
  bool follows_addresses = false;

  bool is_safe() const { return is_release || is_mended; }
};

// Asks the linked library itself, because a shared one may be another than at the build.
ToxcoreCopy linked_toxcore();

// Returns "0.2.22, mended", and so on.
std::string describe(const ToxcoreCopy& copy);

// Returns why the program does not go online with this copy and what to do, or "" if it does.
// `accepted`: --insecure-toxcore is given.
std::string reason_to_refuse(const ToxcoreCopy& copy, bool accepted);

}  // namespace ngcshare
