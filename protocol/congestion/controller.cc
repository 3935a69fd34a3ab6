#include "protocol/congestion/controller.h"

#include "protocol/congestion/bbr.h"
#include "protocol/congestion/cubic.h"

namespace ngcshare::link {

std::unique_ptr<CongestionController> make_congestion_controller(CongestionAlgorithm algorithm) {
  if (algorithm == CongestionAlgorithm::kCubic) return std::make_unique<Cubic>();
  return std::make_unique<Bbr>();
}

}  // namespace ngcshare::link
