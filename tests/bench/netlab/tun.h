// A TUN device in a network namespace: whole IP packets by read() and write() on a descriptor.
#pragma once

#include <string>

namespace netlab {

// A descriptor that closes itself.
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

// Makes the device in the namespace that `ip netns add NAMESPACE` made, and opens it without
// blocking. The device goes when the descriptor does. Leaves the calling thread in that namespace.
// Throws std::system_error (no such namespace, not root, no /dev/net/tun).
Descriptor open_tun(const std::string& name_space, const std::string& device);

}  // namespace netlab
