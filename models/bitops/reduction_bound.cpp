#include "bitops/reduction_bound.h"

#include "bitops/bitops.h"

namespace ampa::bitops {

double reduction_at_most(std::vector<std::int64_t> epoch_bitops, std::int64_t next_bitops, std::int64_t num_epochs,
                         std::int64_t int8) {
  epoch_bitops.resize(static_cast<std::size_t>(num_epochs), next_bitops);
  return reduction_percent(epoch_bitops, int8);
}

}  // namespace ampa::bitops
