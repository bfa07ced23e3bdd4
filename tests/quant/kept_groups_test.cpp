// Pruned gradients as tensors: gathering, scales, means and variances.
#include "quant/kept_groups.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "numerics/keep_probabilities.h"
#include "quant/gradient_variance.h"
#include "quantized_groups.h"

namespace ampa::quant {
namespace {

using testing::by_group;
using testing::squared_error;
using testing::values_of;

constexpr std::int64_t kImages = 8, kHeight = 2, kWidth = 3, kChannels = 4;

// Images and channels of unequal ranges.
std::vector<float> unequal() {
  const numerics::RandomStream stream{9, 0, 0};
  std::vector<float> values;
  for (std::int64_t i = 0; i < kImages * kHeight * kWidth * kChannels; ++i) {
    const auto unit = static_cast<float>(stream.bits32(static_cast<std::uint64_t>(i)) * 0x1p-31 - 1);
    const std::int64_t image = i / (kHeight * kWidth * kChannels), channel = i % kChannels;
    values.push_back(unit * static_cast<float>(1 + image * image) * (channel == 1 ? 5.0f : 1.0f));
  }
  return values;
}

FloatView view_of(const std::vector<float>& values) {
  return {values.data(), kImages, kHeight, kWidth, kChannels};
}

}  // namespace

TEST_CASE("G3: the kept groups are quantized as a tensor of their own, with scales divided by their probability") {
  ThreadPool threads(2);
  const std::vector<float> values = unequal();
  const FloatView tensor = view_of(values);
  for (const ScaleAxis axis : {ScaleAxis::kImages, ScaleAxis::kChannels}) {
    const std::vector<KeptGroup> kept = {{1, kCertain}, {3, kCertain / 4}};
    const std::vector<float> magnitudes = group_magnitudes(tensor, axis, threads);
    const std::vector<std::vector<float>> groups = by_group(tensor, axis);
    for (std::size_t i = 0; i < groups.size(); ++i) {
      float expected = 0;
      for (const float x : groups[i]) expected = std::max(expected, std::abs(x));
      CHECK(magnitudes[i] == expected);
    }
    UninitializedVector<float> memory;
    const FloatView gathered = gather(tensor, axis, kept, threads, memory);
    CHECK(by_group(gathered, axis) == std::vector<std::vector<float>>{groups[1], groups[3]});
    const ScaleGroups scales = kept_scales(axis, magnitudes, kept, 4);
    CHECK(scales.params[0].scale == magnitudes[1] / 7);
    CHECK(scales.params[1].scale == magnitudes[3] / 7 * 4);
    const numerics::RandomStream stream{1, 2, 7};
    gemm::CodeTensor codes;
    quantize(gathered, scales, dense_layout(gathered), RoundingOf(stream), threads, codes);
    for (std::int64_t i = 0; i < gathered.size(); ++i) {
      const auto group =
          static_cast<std::size_t>(axis == ScaleAxis::kImages ? i / gathered.image_size() : i % gathered.channels);
      CHECK(codes.code_at(i) == numerics::quantize_stochastic(gathered.data[i], scales.params[group],
                                                              stream.bits16(static_cast<std::uint64_t>(i))));
    }
  }
}

TEST_CASE("the mean over draws is the gradient, and the variance what the formula says, below the printed bounds") {
  ThreadPool threads(1);
  const std::vector<float> values = unequal();
  const FloatView tensor = view_of(values);
  constexpr int kDraws = 4000;
  for (const ScaleAxis axis : {ScaleAxis::kImages, ScaleAxis::kChannels})
    for (const Bits bits : {2, 4}) {
      const std::vector<float> magnitudes = group_magnitudes(tensor, axis, threads);
      const std::vector<std::vector<float>> groups = by_group(tensor, axis);
      double squared = 0, sum = 0, expected_sum = 0;
      for (const auto& group : groups)
        for (const float x : group) expected_sum += static_cast<double>(x);
      for (std::uint32_t step = 0; step < kDraws; ++step) {
        const std::vector<KeptGroup> kept =
            pruning_rule("sampled", "pruning").keep(magnitudes, bits, {1, step, 0x40000007u});
        const std::vector<std::vector<double>> found = values_of(tensor, axis, kept, bits, step, threads);
        squared += squared_error(found, groups);
        for (const auto& group : found)
          for (const double x : group) sum += x;
      }
      const double expected = expected_squared_error(groups, numerics::keep_probabilities(magnitudes, bits), bits);
      CHECK(squared / kDraws == Approx(expected).epsilon(0.08));
      // The standard error of the mean of the sum is far below its size times this.
      CHECK(std::abs(sum / kDraws - expected_sum) <= 6 * std::sqrt(expected * 100 / kDraws));
    }
}

TEST_CASE("per tensor, per group and two levels: measured variance meets the formula and keeps its bound") {
  ThreadPool threads(1);
  const std::vector<float> values = unequal();
  const FloatView tensor = view_of(values);
  const ScaleAxis axis = ScaleAxis::kImages;
  const std::vector<float> magnitudes = group_magnitudes(tensor, axis, threads);
  const std::vector<std::vector<float>> groups = by_group(tensor, axis);
  const auto group_size = static_cast<std::int64_t>(groups[0].size());
  std::vector<KeptGroup> all;
  for (std::int64_t i = 0; i < kImages; ++i) all.push_back({i, kCertain});
  const std::vector<double> certain(magnitudes.size(), 1.0);
  for (const Bits bits : {1, 2, 4, 8}) {
    double squared = 0;
    constexpr int kDraws = 1500;
    for (std::uint32_t step = 0; step < kDraws; ++step)
      squared += squared_error(values_of(tensor, axis, all, bits, step, threads), groups);
    const double measured = squared / kDraws;
    CHECK(measured == Approx(expected_squared_error(groups, certain, bits)).epsilon(0.05));
    CHECK(measured < per_group_variance_bound(magnitudes, group_size, bits));
    CHECK(per_group_variance_bound(magnitudes, group_size, bits) <
          per_tensor_variance_bound(magnitudes, group_size, bits));
  }
  // The order that AQ rests on: one bit for all groups, against b bits for the largest.
  for (const Bits bits : {2, 4, 8})
    CHECK(pruned_variance_bound(magnitudes, group_size, bits) < per_group_variance_bound(magnitudes, group_size, 1));
}

TEST_CASE("variance bounds of a hand-computed case") {
  // Two groups of 3 elements in -1 .. 1 and -2 .. 2, 4 bits: B = 14.
  CHECK(num_steps(4) == 14);
  CHECK(num_steps(1) == 1);
  CHECK(per_group_variance_bound({1, 2}, 3, 4) == Approx(3.0 * (4 + 16) / (4 * 196)));
  CHECK(per_tensor_variance_bound({1, 2}, 3, 4) == Approx(3.0 * 2 * 16 / (4 * 196)));
  CHECK(pruned_variance_bound({1, 2}, 3, 2) == Approx(3.0 * 16 / (4 * 4)));
  CHECK(expected_squared_error({{0.5f, 1.0f}}, {0.5}, 2) == Approx(2 * 0.25 + 1.25));
  CHECK(expected_squared_error({{0.5f, 1.0f}}, {0.0}, 2) == Approx(1.25));
}

}  // namespace ampa::quant
