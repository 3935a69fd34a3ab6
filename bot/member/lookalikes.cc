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
  const std::u32string look = appearance(name);
  if (!offered_[look].emplace(gateway, name).second) return std::nullopt;
  auto twin = find(gateway, name, look);
  if (!twin) return std::nullopt;
  if (warnings_.size() >= kMostWarned && !warnings_.contains(gateway)) warnings_.clear();
  return ++warnings_[gateway] <= kMostWarnings ? std::move(twin) : std::nullopt;
}

void Lookalikes::remove(const Key& gateway, const std::string& name) {
  const auto alike = offered_.find(appearance(name));
  if (alike == offered_.end()) return;
  alike->second.erase({gateway, name});
  if (alike->second.empty()) offered_.erase(alike);
}

std::optional<Lookalikes::Twin> Lookalikes::find(const Key& gateway, const std::string& name,
                                                 const std::u32string& look) const {
  for (const auto& [typed, typed_look] : typed_) {
    if (typed == name) return std::nullopt;
    if (typed_look == look) return Twin{typed};
  }
  for (const auto& [other, other_name] : offered_.at(look)) {
    if (other != gateway && other_name != name) return Twin{other_name, other};
  }
  return std::nullopt;
}

}  // namespace ngcshare
