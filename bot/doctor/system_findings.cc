// Checks of the program and the system's limits.
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "bot/base/units.h"
#include "bot/base/version.h"
#include "bot/doctor/findings.h"
#include "bot/tox/toxcore_copy.h"
#include "storage/files/unique_fd.h"

namespace ngcshare {
namespace {

// A member's connection takes one descriptor for tcp and one for udp. Enough for a thousand
// connections, toxcore and the database.
constexpr uint64_t kEnoughDescriptors = 4096;
// The socket buffers that toxcore asks for. Smaller ones lose packets at full speed.
constexpr uint64_t kEnoughBufferBytes = 2 << 20;
constexpr int kAskedBufferBytes = 4 << 20;

// Returns the buffer a UDP socket of the gateway would get; the kernel reports twice its size.
uint64_t granted_buffer(int force, int option) {
  const storage::UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.valid()) return 0;
  const int asked = kAskedBufferBytes;
  if (::setsockopt(socket.get(), SOL_SOCKET, force, &asked, sizeof(asked)) != 0) {
    ::setsockopt(socket.get(), SOL_SOCKET, option, &asked, sizeof(asked));
  }
  int granted = 0;
  socklen_t size = sizeof(granted);
  ::getsockopt(socket.get(), SOL_SOCKET, option, &granted, &size);
  return static_cast<uint64_t>(std::max(granted, 0)) / 2;
}

uint64_t granted_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  return limit.rlim_max;  // the program raises the soft limit to it
}

// A change of ours to toxcore, and the effect of its lack (deploy/toxcore/patches).
struct Change {
  bool ToxcoreCopy::*is_there;
  const char* name;
  const char* lack;
};
constexpr Change kChanges[] = {
    {&ToxcoreCopy::announces_groups, "announces_groups",
     "once the gateway has run for an hour, new members may not find its group"},
    {&ToxcoreCopy::bounds_peers, "bounds_peers",
     "a stranger in the group can use up the memory and the open files of this program"},
    {&ToxcoreCopy::checks_invitations, "checks_invitations",
     "invitation links lead into a group by the search for it only"},
    {&ToxcoreCopy::follows_addresses, "follows_addresses",
     "a member whose address changes is not reached for a minute"},
    {&ToxcoreCopy::repeats_keys, "repeats_keys",
     "a packet lost at a bad moment can separate two members for a minute"},
};

}  // namespace

Finding check_program() {
  const unsigned cores = std::thread::hardware_concurrency();
  return {.name = "program",
          .finding = "ngcshare " + std::string(kVersion) + ", " + std::to_string(cores) +
                     (cores == 1 ? " core" : " cores"),
          .figures = {{"ngcshare", kVersion}, {"cores", cores}}};
}

Finding judge_toxcore(const ToxcoreCopy& copy, bool accepted) {
  Finding check{.name = "toxcore",
                .finding = describe(copy),
                .figures = {{"version", copy.version}, {"safe", copy.is_safe()}}};
  for (const Change& change : kChanges) check.figures[change.name] = copy.*change.is_there;
  if (!copy.is_safe()) {
    check.state = accepted ? CheckState::kWarn : CheckState::kFail;
    check.finding += ": a stranger's packet may take over the program";
    check.advice = "install toxcore 0.2.23 or later, or build ngcshare with deploy/toxcore.sh";
    return check;
  }
  const char* separator = ": ";
  for (const Change& change : kChanges) {
    if (copy.*change.is_there) continue;
    check.state = CheckState::kWarn;
    check.finding += std::exchange(separator, "; ") + std::string(change.lack);
    check.advice = "build ngcshare with the toxcore of deploy/toxcore.sh";
  }
  return check;
}

Finding judge_descriptors(uint64_t granted) {
  Finding check{
      .name = "open files", .finding = std::to_string(granted), .figures = {{"limit", granted}}};
  if (granted >= kEnoughDescriptors) return check;
  check.state = CheckState::kWarn;
  check.finding = "only " + check.finding + "; each connection takes one or two";
  check.advice =
      "raise the limit to " + std::to_string(kEnoughDescriptors) +
      " or more: LimitNOFILE= in the unit, --ulimit nofile= for a container, ulimit -n in a shell";
  return check;
}

Finding judge_buffers(uint64_t receive_bytes, uint64_t send_bytes) {
  Finding check{.name = "socket buffers",
                .finding = format_bytes(receive_bytes) + " to receive, " +
                           format_bytes(send_bytes) + " to send",
                .figures = {{"receive_bytes", receive_bytes}, {"send_bytes", send_bytes}}};
  if (std::min(receive_bytes, send_bytes) >= kEnoughBufferBytes) return check;
  check.state = CheckState::kWarn;
  check.finding += ": fast transfers will lose packets";
  const std::string asked = std::to_string(kAskedBufferBytes);
  check.advice = "sysctl -w net.core.rmem_max=" + asked + " net.core.wmem_max=" + asked +
                 " (and the same in /etc/sysctl.d/, to keep it after a reboot)";
  return check;
}

Checks check_system(bool insecure_toxcore) {
  return {judge_toxcore(linked_toxcore(), insecure_toxcore),
          judge_descriptors(granted_descriptors()),
          judge_buffers(granted_buffer(SO_RCVBUFFORCE, SO_RCVBUF),
                        granted_buffer(SO_SNDBUFFORCE, SO_SNDBUF))};
}

}  // namespace ngcshare
