#include "tests/bench/netlab/tun.h"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace netlab {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

Descriptor open_or_fail(const std::string& path, int flags) {
  Descriptor file(open(path.c_str(), flags | O_CLOEXEC));
  if (file.get() < 0) fail(path);
  return file;
}

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) close(number_);
}

Descriptor open_tun(const std::string& name_space, const std::string& device) {
  const Descriptor inside = open_or_fail("/run/netns/" + name_space, O_RDONLY);
  if (setns(inside.get(), CLONE_NEWNET) != 0) fail("setns " + name_space);
  Descriptor tun = open_or_fail("/dev/net/tun", O_RDWR | O_NONBLOCK);
  ifreq request{};
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  device.copy(static_cast<char*>(request.ifr_name), IFNAMSIZ - 1);
  if (ioctl(tun.get(), TUNSETIFF, &request) != 0) fail("TUNSETIFF " + device);
  return tun;
}

}  // namespace netlab
