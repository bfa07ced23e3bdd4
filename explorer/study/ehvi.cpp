#include "study/ehvi.h"

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

double expected_improvement(double mean, double std_dev, double saving, std::vector<FrontPoint> front,
                            const FrontPoint& reference) {
  if (saving <= reference.saving) return 0;
  // From the most saving down: at a saving s the front's quality is the best of those that save at least s.
  std::sort(front.begin(), front.end(), [](const FrontPoint& x, const FrontPoint& y) { return x.saving > y.saving; });
  double sum = 0, end = saving, to_beat = reference.quality;
  for (const FrontPoint& point : front) {
    const double begin = std::clamp(point.saving, reference.saving, end);
    if (begin < end) sum += (end - begin) * expected_excess(mean, std_dev, to_beat);
    end = begin;
    if (point.saving > reference.saving) to_beat = std::max(to_beat, point.quality);
  }
  return sum + (end - reference.saving) * expected_excess(mean, std_dev, to_beat);
}

}  // namespace ampa::study
