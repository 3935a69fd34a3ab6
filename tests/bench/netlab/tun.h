// A TUN device in a network namespace: read() and write() on a descriptor carry whole IP packets.
#pragma once

#include <string>

namespace netlab {

// Owns a descriptor and closes it.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.number_) { other.number_ = -1; }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor();

  int get() const { return number_; }

 private:
  int number_;
};

// Creates the device in the namespace made by `ip netns add NAMESPACE` and opens it non-blocking.
// The device ceases with the descriptor. Leaves the calling thread in that namespace. Throws
// std::system_error (no such namespace, not root, no /dev/net/tun).
Descriptor open_tun(const std::string& name_space, const std::string& device);

}  // namespace netlab
