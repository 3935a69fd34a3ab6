// Replaces two of libsodium's functions for speed. toxcore takes a locked temporary buffer for
// every packet it encrypts or decrypts, and locking costs four system calls, more than the
// encryption. Blocks above 64 bytes, which are packet contents that stand in socket buffers all the
// same, are no longer locked; long-term and session keys are 32 bytes and stay so. Unlocking still
// wipes.
#include <sodium.h>
#include <sys/mman.h>

namespace {

constexpr size_t kLargestLocked = 64;

}  // namespace

extern "C" {

int sodium_mlock(void* const address, const size_t length) {
  if (length > kLargestLocked) return 0;
  madvise(address, length, MADV_DONTDUMP);
  return mlock(address, length);
}

int sodium_munlock(void* const address, const size_t length) {
  sodium_memzero(address, length);
  if (length > kLargestLocked) return 0;
  madvise(address, length, MADV_DODUMP);
  return munlock(address, length);
}
}
