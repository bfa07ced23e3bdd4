#include "quant/kept_groups.h"

#include <algorithm>
#include <stdexcept>

#include "numerics/range.h"
#include "numerics/two_level.h"

namespace ampa::quant {

std::vector<float> group_magnitudes(const FloatView& tensor, ScaleAxis axis, ThreadPool& threads) {
  std::vector<float> magnitudes;
  for (const kernels::Range& range : measure_ranges(tensor, axis, threads))
    magnitudes.push_back(numerics::max_abs(range));
  return magnitudes;
}

FloatView gather(const FloatView& tensor, ScaleAxis axis, const std::vector<KeptGroup>& kept, ThreadPool& threads,
                 UninitializedVector<float>& values) {
  if (tensor.data == nullptr) throw std::logic_error("gather: expected a tensor in memory");
  const auto count = static_cast<std::int64_t>(kept.size());
  const bool by_image = axis == ScaleAxis::kImages;
  const FloatShape shape{by_image ? count : tensor.images, tensor.height, tensor.width,
                         by_image ? tensor.channels : count};
  values.resize(static_cast<std::size_t>(shape.size()));
  threads.for_each_part(shape.images, [&](std::int64_t image) {
    float* out = values.data() + image * shape.image_size();
    if (by_image) {
      std::copy_n(tensor.data + kept[static_cast<std::size_t>(image)].group * tensor.image_size(), tensor.image_size(),
                  out);
      return;
    }
    const float* x = tensor.data + image * tensor.image_size();
    for (std::int64_t position = 0; position < tensor.height * tensor.width; ++position, x += tensor.channels)
      for (const KeptGroup& group : kept) *out++ = x[group.group];
  });
  return {values.data(), shape};
}

ScaleGroups kept_scales(ScaleAxis axis, const std::vector<float>& magnitudes, const std::vector<KeptGroup>& kept,
                        Bits bits) {
  ScaleGroups groups{axis, {}};
  for (const KeptGroup& group : kept) {
    const float magnitude = magnitudes[static_cast<std::size_t>(group.group)];
    numerics::QuantParams params =
        bits == 1 ? numerics::two_level_gradient_params(magnitude) : numerics::symmetric_params(magnitude, bits);
    params.scale =
        static_cast<float>(static_cast<double>(params.scale) * 0x1p32 / static_cast<double>(group.probability_q32));
    groups.params.push_back(params);
  }
  return groups;
}

}  // namespace ampa::quant
