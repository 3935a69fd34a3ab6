// To be preloaded: looking up slow.invalid takes a minute, as it does where a name server is
// silent. Everything else is looked up as ever.
#include <dlfcn.h>
#include <netdb.h>
#include <unistd.h>

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
