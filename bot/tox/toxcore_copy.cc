#include "bot/tox/toxcore_copy.h"

#include <tox/tox.h>

#include <tuple>

// In the files of toxcore that the patches of deploy/toxcore change, so that each is there exactly
// if the changed code is.
extern "C" [[gnu::weak]] const char ngcshare_toxcore_mends[];         // announce-answer.patch
extern "C" [[gnu::weak]] const char ngcshare_toxcore_group_search[];  // group-search.patch
extern "C" [[gnu::weak]] const char ngcshare_toxcore_group_invitation[];
extern "C" [[gnu::weak]] const char ngcshare_toxcore_group_sync[];
extern "C" [[gnu::weak]] const char ngcshare_toxcore_group_keys[];
extern "C" [[gnu::weak]] const char ngcshare_toxcore_group_address[];

namespace ngcshare {

ToxcoreCopy linked_toxcore() {
  const std::tuple version(tox_version_major(), tox_version_minor(), tox_version_patch());
  const auto& [major, minor, patch] = version;
  return {std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch),
          version >= std::tuple(0U, 2U, 23U),
          ngcshare_toxcore_mends != nullptr,
          ngcshare_toxcore_group_search != nullptr,
          ngcshare_toxcore_group_invitation != nullptr,
          ngcshare_toxcore_group_sync != nullptr,
          ngcshare_toxcore_group_keys != nullptr,
          ngcshare_toxcore_group_address != nullptr};
}

std::string describe(const ToxcoreCopy& copy) {
  if (copy.is_release) return copy.version;
  if (copy.is_mended) return copy.version + ", mended";
  return copy.version + ", with the fault " + kToxcoreFault;
}

std::string reason_to_refuse(const ToxcoreCopy& copy, bool accepted) {
  if (copy.is_safe() || accepted) return "";
  return "this ngcshare does not go online, because its toxcore " + copy.version +
         " has a fault with which a stranger's packet may take over the program (" + kToxcoreFault +
         "); install toxcore 0.2.23 or later, or build ngcshare with deploy/toxcore.sh. "
         "--insecure-toxcore accepts the risk";
}

}  // namespace ngcshare
