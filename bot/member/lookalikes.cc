#include "bot/member/lookalikes.h"

#include "bot/base/lookalike.h"

namespace ngcshare {

Lookalikes::Lookalikes(std::vector<std::string> typed) {
  for (std::string& name : typed) {
    std::u32string look = appearance(name);
    typed_.emplace_back(std::move(name), std::move(look));
  }
}

std::optional<Lookalikes::Twin> Lookalikes::add(const Key& gateway, const std::string& name) {
  const auto [offer, is_new] = offered_.try_emplace({gateway, name}, appearance(name));
  if (!is_new) return std::nullopt;
  auto twin = find(gateway, name, offer->second);
  if (!twin) return std::nullopt;
  if (warnings_.size() >= kMostWarned && !warnings_.contains(gateway)) warnings_.clear();
  return ++warnings_[gateway] <= kMostWarnings ? std::move(twin) : std::nullopt;
}

void Lookalikes::remove(const Key& gateway, const std::string& name) {
  offered_.erase({gateway, name});
}

std::optional<Lookalikes::Twin> Lookalikes::find(const Key& gateway, const std::string& name,
                                                 const std::u32string& look) const {
  for (const auto& [typed, typed_look] : typed_) {
    if (typed == name) return std::nullopt;
    if (typed_look == look) return Twin{typed};
  }
  for (const auto& [other, other_look] : offered_) {
    const bool differs = other.first != gateway && other.second != name;
    if (differs && other_look == look) return Twin{other.second, other.first};
  }
  return std::nullopt;
}

}  // namespace ngcshare
