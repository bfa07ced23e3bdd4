#include "cost/cycles.h"

namespace ampa::cost {

double reduction_percent(std::int64_t cycles, std::int64_t baseline) {
  return 100.0 * (1.0 - static_cast<double>(cycles) / static_cast<double>(baseline));
}

}  // namespace ampa::cost
