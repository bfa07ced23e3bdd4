#include "quant/gradient_variance.h"

#include <algorithm>
#include <cmath>

#include "numerics/two_level.h"

namespace ampa::quant {
namespace {

double bound(double squared_ranges, std::int64_t group_size, Bits bits) {
  const double steps = num_steps(bits);
  return static_cast<double>(group_size) * 4 * squared_ranges / (4 * steps * steps);
}

double square(double x) {
  return x * x;
}

// E (Q(x) - x)^2 of an element: the two codes next to it are s or 2 R apart.
double rounding_variance(float x, double range, Bits bits) {
  if (range == 0) return 0;
  const double step = 2 * range / num_steps(bits);
  const double u = (static_cast<double>(x) + range) / step, above = u - std::floor(u);
  return square(step) * above * (1 - above);
}

}  // namespace

double num_steps(Bits bits) {
  return bits == 1 ? 1 : 2 * ((1 << (bits - 1)) - 1);
}

double per_tensor_variance_bound(const std::vector<float>& ranges, std::int64_t group_size, Bits bits) {
  const float largest = *std::max_element(ranges.begin(), ranges.end());
  return bound(static_cast<double>(ranges.size()) * square(static_cast<double>(largest)), group_size, bits);
}

double per_group_variance_bound(const std::vector<float>& ranges, std::int64_t group_size, Bits bits) {
  double sum = 0;
  for (const float range : ranges) sum += square(static_cast<double>(range));
  return bound(sum, group_size, bits);
}

double pruned_variance_bound(const std::vector<float>& ranges, std::int64_t group_size, Bits bits) {
  std::vector<float> largest = ranges;
  std::sort(largest.rbegin(), largest.rend());
  largest.resize(std::max<std::size_t>(1, ranges.size() / static_cast<std::size_t>(bits)));
  return per_group_variance_bound(largest, group_size, bits);
}

double expected_squared_error(const std::vector<std::vector<float>>& groups, const std::vector<double>& probabilities,
                              Bits bits) {
  double sum = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    double range = 0, rounding = 0, norm = 0;
    for (const float x : groups[i]) range = std::max(range, std::abs(static_cast<double>(x)));
    for (const float x : groups[i]) {
      rounding += rounding_variance(x, range, bits);
      norm += square(static_cast<double>(x));
    }
    const double p = probabilities[i];
    sum += p == 0 ? norm : rounding / p + (1 / p - 1) * norm;
  }
  return sum;
}

}  // namespace ampa::quant
