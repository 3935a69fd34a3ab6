// The whole program but toxcore in one process (tests/whole_program): the input decides what users,
// admins, strangers, services and the network do. Afterwards an honest pair must still work and
// nothing may be left.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>

#include "tests/fuzz/byte_source.h"
#include "tests/whole_program/storm.h"

namespace {

using namespace ngcshare;

class InputChoices : public test::Choices {
 public:
  explicit InputChoices(Bytes input) : source_(input) {}
  uint32_t below(uint32_t end) override {
    return (end <= 256 ? source_.byte() : source_.two_bytes()) % end;
  }
  bool any_left() const override { return !source_.empty(); }

 private:
  fuzz::ByteSource source_;
};

constexpr int kMostSteps = 100;
constexpr size_t kThoroughly = 8;  // inputs of such a length are followed to the end of everything

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  InputChoices choices({data, size});
  test::Room room(1);
  test::Storm storm(room, choices);
  for (int i = 0; i < kMostSteps && choices.any_left(); ++i) storm.step();
  storm.end(size % kThoroughly == 0);
  for (const std::string& problem : storm.problems()) std::fprintf(stderr, "%s\n", problem.c_str());
  fuzz::require(storm.problems().empty());
  return 0;
}
