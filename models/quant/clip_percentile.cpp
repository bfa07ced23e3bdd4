// Order statistics of the values: with n values and p percent the upper end is the k-th smallest of max(x, 0) and the
// lower end minus the k-th smallest of max(-x, 0), k = ceil(n * p / 100), so that at most n - k values lie beyond
// either end. p counts in millionths of a percent, k is exact. Rule K5 of NUMERICS.md.
#include <cmath>
#include <cstring>

#include "quant/clipping.h"

namespace ampa::quant {
namespace {

constexpr std::int64_t kWhole = 100000000;  // 100 percent in millionths

// The bits of max(x, 0), in the order of the values.
std::uint32_t ordered_bits(float x) {
  std::uint32_t bits = 0;
  if (x > 0) std::memcpy(&bits, &x, sizeof(bits));
  return bits;
}

// The index of the bin that holds the k-th, counted from 1; k becomes its number in the bin.
std::uint32_t bin_of(const std::vector<std::int64_t>& counts, std::int64_t& k) {
  std::uint32_t bin = 0;
  while (k > counts[bin]) k -= counts[bin++];
  return bin;
}

// The k-th smallest, counted from 1, of max(sign * x, 0): by the upper half of the bits, then by the lower.
float kth_smallest(const ValueGroup& group, std::int64_t k, float sign) {
  std::vector<std::int64_t> counts(1 << 16);
  for (std::int64_t i = 0; i < group.count; ++i) ++counts[ordered_bits(sign * group.values[i]) >> 16];
  const std::uint32_t upper = bin_of(counts, k);
  counts.assign(1 << 16, 0);
  for (std::int64_t i = 0; i < group.count; ++i)
    if (const std::uint32_t bits = ordered_bits(sign * group.values[i]); bits >> 16 == upper) ++counts[bits & 0xFFFF];
  const std::uint32_t bits = upper << 16 | bin_of(counts, k);
  float value = 0;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

}  // namespace

ClippingRule clip_percentile() {
  ClippingRule rule;
  rule.name = "percentile";
  rule.description = "so many percent of the values on either side";
  rule.reads_values = true;
  rule.own.list = {settings::number("clip_percentile", NumberRange::above(0, 100))
                       .in("percent")
                       .about("values that are not beyond either end of the range")
                       .by_default(99.9)};
  rule.make = [](const Json& values) -> Clip {
    const std::int64_t millionths = std::llround(values.at("clip_percentile").get<double>() * 1e6);
    return [millionths](const ClippingTask& task) {
      const std::int64_t n = task.group.count;
      const std::int64_t k = std::max<std::int64_t>(1, (n * millionths + kWhole - 1) / kWhole);
      if (n == 0) return task.found;
      return numerics::Range{-kth_smallest(task.group, k, -1.0f), kth_smallest(task.group, k, 1.0f), true};
    };
  };
  return rule;
}

}  // namespace ampa::quant
