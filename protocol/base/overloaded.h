// A visitor for std::visit made of one lambda for each alternative.
#pragma once

namespace ngcshare {

template <typename... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <typename... F>
Overloaded(F...) -> Overloaded<F...>;

}  // namespace ngcshare
