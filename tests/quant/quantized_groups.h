// What kept and quantized groups of a gradient stand for, and how far that is from the gradient.
#pragma once

#include <cstdint>
#include <vector>

#include "common/thread_pool.h"
#include "common/uninitialized_vector.h"
#include "quant/kept_groups.h"
#include "quant/tensor_quantizer.h"

namespace ampa::quant::testing {

inline std::vector<std::vector<float>> by_group(const FloatView& tensor, ScaleAxis axis) {
  std::vector<std::vector<float>> groups(
      static_cast<std::size_t>(axis == ScaleAxis::kImages ? tensor.images : tensor.channels));
  for (std::int64_t i = 0; i < tensor.size(); ++i)
    groups[static_cast<std::size_t>(axis == ScaleAxis::kImages ? i / tensor.image_size() : i % tensor.channels)]
        .push_back(tensor.data[i]);
  return groups;
}

// What the kept and quantized groups stand for, 0 for the others, in the order of by_group().
inline std::vector<std::vector<double>> values_of(const FloatView& tensor, ScaleAxis axis,
                                                  const std::vector<KeptGroup>& kept, Bits bits, std::uint32_t step,
                                                  ThreadPool& threads) {
  std::vector<std::vector<double>> values;
  for (const auto& group : by_group(tensor, axis)) values.emplace_back(group.size(), 0.0);
  if (kept.empty()) return values;
  const std::vector<float> magnitudes = group_magnitudes(tensor, axis, threads);
  UninitializedVector<float> memory;
  const FloatView gathered = gather(tensor, axis, kept, threads, memory);
  const ScaleGroups groups = kept_scales(axis, magnitudes, kept, bits);
  gemm::CodeTensor codes;
  quantize(gathered, groups, dense_layout(gathered), RoundingOf(numerics::RandomStream{1, step, 7}), threads, codes);
  std::vector<std::size_t> filled(kept.size(), 0);
  for (std::int64_t i = 0; i < gathered.size(); ++i) {
    const auto k =
        static_cast<std::size_t>(axis == ScaleAxis::kImages ? i / gathered.image_size() : i % gathered.channels);
    values[static_cast<std::size_t>(kept[k].group)][filled[k]++] =
        static_cast<double>(numerics::dequantize(codes.code_at(i), groups.params[k]));
  }
  return values;
}

inline double squared_error(const std::vector<std::vector<double>>& values,
                            const std::vector<std::vector<float>>& expected) {
  double sum = 0;
  for (std::size_t g = 0; g < values.size(); ++g)
    for (std::size_t i = 0; i < values[g].size(); ++i) {
      const double difference = values[g][i] - static_cast<double>(expected[g][i]);
      sum += difference * difference;
    }
  return sum;
}

}  // namespace ampa::quant::testing
