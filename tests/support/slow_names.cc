// A library to preload: makes looking up slow.invalid take a minute, as with a silent name server.
// Other names are looked up as usual. With SLOW_END in the environment, the process takes a minute
// to end.
#include <dlfcn.h>
#include <netdb.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

// NOLINTNEXTLINE(readability-identifier-naming): libc's name
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                           addrinfo** result) {
  if (node != nullptr && std::strcmp(node, "slow.invalid") == 0) {
    ::sleep(60);
    return EAI_AGAIN;
  }
  static const auto real =
      reinterpret_cast<decltype(&getaddrinfo)>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  return real(node, service, hints, result);
}

[[gnu::destructor]] static void end_slowly() {
  if (std::getenv("SLOW_END") != nullptr) ::sleep(60);
}
