#include "numerics/keep_probabilities.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "numerics/quantizer.h"

namespace ampa::numerics {
namespace {

// Groups with a range, the largest first, of equal ones the smaller number.
std::vector<std::size_t> by_range(const std::vector<float>& ranges) {
  std::vector<std::size_t> order(ranges.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return ranges[i] > ranges[j]; });
  while (!order.empty() && ranges[order.back()] < kMinRange) order.pop_back();
  return order;
}

}  // namespace

std::vector<double> keep_probabilities(const std::vector<float>& ranges, std::int64_t keep_one_in) {
  const std::vector<std::size_t> order = by_range(ranges);
  std::vector<double> sum_from(order.size() + 1, 0.0);  // of the ranges from a place in the order on
  for (std::size_t i = order.size(); i-- > 0;) sum_from[i] = sum_from[i + 1] + static_cast<double>(ranges[order[i]]);
  std::vector<double> probabilities(ranges.size(), 0.0);
  double budget = static_cast<double>(ranges.size()) / static_cast<double>(keep_one_in);
  std::size_t first = 0;
  while (first < order.size() && budget >= 1 && budget * static_cast<double>(ranges[order[first]]) >= sum_from[first]) {
    probabilities[order[first++]] = 1;
    budget -= 1;
  }
  for (std::size_t i = first; i < order.size(); ++i)
    probabilities[order[i]] = std::min(1.0, budget * static_cast<double>(ranges[order[i]]) / sum_from[first]);
  return probabilities;
}

std::uint64_t probability_q32(double probability) {
  return static_cast<std::uint64_t>(std::floor(probability * 0x1p32));
}

std::vector<std::size_t> largest_groups(const std::vector<float>& ranges, std::int64_t keep_one_in) {
  std::vector<std::size_t> order = by_range(ranges);
  const auto count = std::max<std::size_t>(1, ranges.size() / static_cast<std::size_t>(keep_one_in));
  order.resize(std::min(order.size(), count));
  std::sort(order.begin(), order.end());
  return order;
}

}  // namespace ampa::numerics
