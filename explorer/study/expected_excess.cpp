#include "study/expected_excess.h"

#include <algorithm>
#include <cmath>

namespace ampa::study {

double expected_excess(double mean, double std_dev, double at) {
  constexpr double kRootOfTwo = 1.4142135623730951, kInverseRootOfTwoPi = 0.3989422804014327;
  if (!(std_dev > 0)) return std::max(0.0, mean - at);
  const double z = (mean - at) / std_dev;
  const double below = std::erfc(-z / kRootOfTwo) / 2, density = kInverseRootOfTwoPi * std::exp(-z * z / 2);
  return std_dev * (z * below + density);
}

}  // namespace ampa::study
