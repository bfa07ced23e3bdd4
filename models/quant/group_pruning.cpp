#include "quant/group_pruning.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "common/error.h"
#include "numerics/quantizer.h"

namespace ampa::quant {
namespace {

// Groups with a range, the largest first, of equal ones the smaller number.
std::vector<std::size_t> by_range(const std::vector<float>& ranges) {
  std::vector<std::size_t> order(ranges.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return ranges[i] > ranges[j]; });
  while (!order.empty() && ranges[order.back()] < numerics::kMinRange) order.pop_back();
  return order;
}

std::vector<KeptGroup> sampled(const std::vector<float>& ranges, std::int64_t keep_one_in,
                               const numerics::RandomStream& stream) {
  const std::vector<double> probabilities = keep_probabilities(ranges, keep_one_in);
  std::vector<KeptGroup> kept;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    const auto q32 = static_cast<std::uint64_t>(std::floor(probabilities[i] * 0x1p32));
    if (stream.bits32(i) < q32) kept.push_back({static_cast<std::int64_t>(i), q32});
  }
  return kept;
}

std::vector<KeptGroup> top(const std::vector<float>& ranges, std::int64_t keep_one_in, const numerics::RandomStream&) {
  std::vector<std::size_t> order = by_range(ranges);
  const auto count = std::max<std::size_t>(1, ranges.size() / static_cast<std::size_t>(keep_one_in));
  order.resize(std::min(order.size(), count));
  std::sort(order.begin(), order.end());
  std::vector<KeptGroup> kept;
  for (const std::size_t i : order) kept.push_back({static_cast<std::int64_t>(i), kCertain});
  return kept;
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

const std::vector<PruningRule>& pruning_rules() {
  static const std::vector<PruningRule> table = {
      {"sampled", "groups are drawn in proportion to their range and divided by the probability: unbiased", sampled},
      {"top", "the groups of the largest ranges, as they are: biased, without draws", top},
  };
  return table;
}

const PruningRule& pruning_rule(const std::string& name, const std::string& source) {
  std::string valid;
  for (const PruningRule& rule : pruning_rules()) {
    if (rule.name == name) return rule;
    valid += (valid.empty() ? "" : ", ") + std::string(rule.name);
  }
  throw InputError(fmt::format("{}: expected one of {}, found \"{}\"", source, valid, name));
}

}  // namespace ampa::quant
