#include <algorithm>
#include <cstring>

#include "common/error.h"
#include "quant/image_quantizer.h"
#include "quant/tensor_quantizer.h"

namespace ampa::quant {
namespace {

bool same_zero_points(const ScaleGroups& groups) {
  return std::all_of(groups.params.begin(), groups.params.end(),
                     [&](const auto& p) { return p.zero_point == groups.params.front().zero_point; });
}

// Every position of an image's grid holds the zero points of the channels.
void fill_with_channels(const ScaleGroups& groups, std::int64_t image, gemm::CodeTensor& codes) {
  std::uint8_t* grid = codes.bytes.data() + codes.grid_offset(image, 0, 0);
  for (std::int64_t position = 0; position < codes.grid_height * codes.grid_width; ++position)
    for (const numerics::QuantParams& params : groups.params) *grid++ = static_cast<std::uint8_t>(params.zero_point);
}

// By the scalar definitions, since neighbours have different parameters.
void quantize_channels(const FloatView& tensor, const ScaleGroups& groups, const RoundingOf& rounding,
                       std::int64_t image, gemm::CodeTensor& codes, std::vector<QuantizationSums>* sums) {
  for_each_block(tensor, image, [&](std::int64_t first, std::int64_t size, const float* x) {
    for (std::int64_t i = 0; i < size; ++i) {
      const std::int64_t element = first + i, position = element / tensor.channels, c = element % tensor.channels;
      const numerics::QuantParams& params = groups.params[static_cast<std::size_t>(c)];
      const auto index = static_cast<std::uint64_t>(image * tensor.image_size() + element);
      const std::int32_t code = numerics::quantize(x[i], params, rounding.rule, random_bits(rounding, index));
      const std::int64_t byte = codes.offset(image, position / tensor.width, position % tensor.width) + c;
      codes.bytes[static_cast<std::size_t>(byte)] = static_cast<std::uint8_t>(code);
      if (!sums) continue;
      QuantizationSums& of_group = (*sums)[static_cast<std::size_t>(c)];
      of_group.error_q16 += numerics::quantization_error_q16(x[i], code, params);
      if (rounding.sums_codes) of_group.abs_codes += std::abs(code - params.zero_point);
    }
  });
}

}  // namespace

void quantize(const FloatView& tensor, const ScaleGroups& groups, const GridLayout& layout, const RoundingOf& rounding,
              ThreadPool& threads, gemm::CodeTensor& codes, std::vector<QuantizationSums>* sums) {
  const bool one_zero_point = same_zero_points(groups);
  gemm::reshape_on_grid(codes, groups.params.front().format, one_zero_point ? groups.params.front().zero_point : 0,
                        tensor.images, tensor.height, tensor.width, tensor.channels, layout.grid_height,
                        layout.grid_width, layout.border_top, layout.border_left, layout.dilation);
  if (!one_zero_point) codes.gaps_are_filled = false;
  const bool by_image = groups.axis == ScaleAxis::kImages;
  if (sums) sums->assign(groups.params.size(), {});
  std::vector<std::vector<QuantizationSums>> parts(sums && !by_image ? static_cast<std::size_t>(tensor.images) : 0,
                                                   std::vector<QuantizationSums>(groups.params.size()));
  threads.for_each_part(tensor.images, [&](std::int64_t image) {
    const auto index = static_cast<std::size_t>(image);
    if (by_image) {
      const numerics::QuantParams& params = groups.params[index];
      quantize_image(tensor, RowQuantizer(params, rounding), image, params.zero_point, codes,
                     sums ? &(*sums)[index] : nullptr);
      return;
    }
    if (!codes.gaps_are_filled) fill_with_channels(groups, image, codes);
    quantize_channels(tensor, groups, rounding, image, codes, sums ? &parts[index] : nullptr);
  });
  codes.gaps_are_filled = one_zero_point;
  codes.has_own_gaps = !one_zero_point && (codes.grid_height != codes.height || codes.grid_width != codes.width);
  for (const std::vector<QuantizationSums>& part : parts)
    for (std::size_t group = 0; group < part.size(); ++group) {
      (*sums)[group].error_q16 += part[group].error_q16;
      (*sums)[group].abs_codes += part[group].abs_codes;
    }
}

std::vector<kernels::Range> measure_ranges(const FloatView& tensor, ScaleAxis axis, ThreadPool& threads) {
  const bool by_image = axis == ScaleAxis::kImages;
  const auto channels = static_cast<std::size_t>(tensor.channels);
  std::vector<std::vector<kernels::Range>> parts(static_cast<std::size_t>(tensor.images),
                                                 std::vector<kernels::Range>(by_image ? 1 : channels));
  threads.for_each_part(tensor.images, [&](std::int64_t image) {
    std::vector<kernels::Range>& part = parts[static_cast<std::size_t>(image)];
    for_each_block(tensor, image, [&](std::int64_t first, std::int64_t size, const float* x) {
      if (by_image) return part[0].include(kernels::active().range(x, size));
      for (std::int64_t i = 0; i < size; ++i) {
        kernels::Range& of_channel = part[static_cast<std::size_t>(first + i) % channels];
        of_channel = numerics::including(of_channel, x[i]);
      }
    });
  });
  std::vector<kernels::Range> ranges;
  for (const std::vector<kernels::Range>& part : parts)
    for (std::size_t i = 0; i < part.size(); ++i) {
      if (by_image || ranges.size() <= i)
        ranges.push_back(part[i]);
      else
        ranges[i].include(part[i]);
    }
  for (const kernels::Range& range : ranges) check_finite(range);
  return ranges;
}

}  // namespace ampa::quant
