#include "protocol/congestion/controller.h"

#include "protocol/congestion/bbr.h"
#include "protocol/congestion/cubic.h"

namespace ngcshare::link {

std::unique_ptr<CongestionController> make_congestion_controller(CongestionAlgorithm algorithm,
                                                                 SharedLoss* shared_loss) {
  if (algorithm == CongestionAlgorithm::kCubic) return std::make_unique<Cubic>();
  return std::make_unique<Bbr>(shared_loss);
}

}  // namespace ngcshare::link
