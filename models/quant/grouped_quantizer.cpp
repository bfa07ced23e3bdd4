#include <algorithm>
#include <cstring>

#include "common/error.h"
#include "quant/image_quantizer.h"
#include "quant/tensor_quantizer.h"
#include "quant/two_level_rows.h"

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

// Symmetric codes of one format, rounded stochastically: u = fl32(x * inv) of every channel's own inv, and then by the
// loops for one scale, whose fl32(u * 1) is u.
void round_channels(const FloatView& tensor, const ScaleGroups& groups, const numerics::RandomStream& stream,
                    std::int64_t image, gemm::CodeTensor& codes) {
  numerics::QuantParams params = groups.params.front();
  params.scale = params.inv_scale = 1;
  thread_local std::vector<float> inverse, scaled;
  thread_local UninitializedVector<std::uint8_t> dense;
  inverse.clear();
  for (const numerics::QuantParams& group : groups.params) inverse.push_back(group.inv_scale);
  for_each_block(tensor, image, [&](std::int64_t first, std::int64_t size, const float* x) {
    scaled.resize(static_cast<std::size_t>(size));
    dense.resize(static_cast<std::size_t>(size));
    for (std::int64_t i = 0; i < size; i += tensor.channels)
      for (std::int64_t c = 0; c < tensor.channels; ++c)
        scaled[static_cast<std::size_t>(i + c)] = x[i + c] * inverse[static_cast<std::size_t>(c)];
    kernels::active().quantize_stochastic(scaled.data(), size, params, stream,
                                          static_cast<std::uint64_t>(image * tensor.image_size() + first), dense.data(),
                                          nullptr);
    for_each_run(codes, image, first, size, [&](std::int64_t byte, std::int64_t begin, std::int64_t count) {
      std::memcpy(codes.bytes.data() + byte, dense.data() + begin, static_cast<std::size_t>(count));
    });
  });
}

// The ranges of the channels of positions next to each other; numerics::including in a form for vectors.
void include_channels(const float* x, std::int64_t positions, std::vector<kernels::Range>& ranges) {
  const std::size_t channels = ranges.size();
  std::vector<float> low(channels, 0.0f), high(channels, 0.0f), beyond(channels, 0.0f);
  for (std::int64_t position = 0; position < positions; ++position, x += channels)
    for (std::size_t c = 0; c < channels; ++c) {
      low[c] = x[c] < low[c] ? x[c] : low[c];
      high[c] = x[c] > high[c] ? x[c] : high[c];
      beyond[c] += x[c] - x[c];  // 0, or a NaN that stays
    }
  for (std::size_t c = 0; c < channels; ++c) ranges[c].include({low[c], high[c], beyond[c] == 0});
}

// From those of every image.
std::vector<kernels::Range> merged(const std::vector<std::vector<kernels::Range>>& parts, bool by_image) {
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

}  // namespace

void quantize(const FloatView& tensor, const ScaleGroups& groups, const GridLayout& layout, const RoundingOf& rounding,
              ThreadPool& threads, gemm::CodeTensor& codes, std::vector<QuantizationSums>* sums) {
  const bool one_zero_point = same_zero_points(groups);
  const Storage storage = storage_of(groups.params.front(), rounding.is_stochastic());
  gemm::reshape_on_grid(codes, storage.format, one_zero_point ? storage.gap : 0, tensor.images, tensor.height,
                        tensor.width, tensor.channels, layout.grid_height, layout.grid_width, layout.border_top,
                        layout.border_left, layout.dilation);
  if (!one_zero_point) codes.gaps_are_filled = false;
  const bool by_image = groups.axis == ScaleAxis::kImages;
  if (sums) sums->assign(groups.params.size(), {});
  std::vector<std::vector<QuantizationSums>> parts(sums && !by_image ? static_cast<std::size_t>(tensor.images) : 0,
                                                   std::vector<QuantizationSums>(groups.params.size()));
  threads.for_each_part(tensor.images, [&](std::int64_t image) {
    const auto index = static_cast<std::size_t>(image);
    if (by_image) {
      const numerics::QuantParams& params = groups.params[index];
      quantize_image(tensor, RowQuantizer(params, rounding), image, storage_of(params, rounding.is_stochastic()).gap,
                     codes, sums ? &(*sums)[index] : nullptr);
      return;
    }
    if (!one_zero_point)
      fill_with_channels(groups, image, codes);
    else if (!codes.gaps_are_filled)
      gemm::fill_gaps(codes, image, storage.gap);
    if (rounding.is_stochastic() && !sums && storage.gap == 0 && one_zero_point && !tensor.source &&
        groups.params.front().format.is_signed && !groups.params.front().format.is_two_level())
      return round_channels(tensor, groups, rounding.stream, image, codes);
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
  if (!by_image && !tensor.source) {
    threads.for_each_part(tensor.images, [&](std::int64_t image) {
      include_channels(tensor.data + image * tensor.image_size(), tensor.height * tensor.width,
                       parts[static_cast<std::size_t>(image)]);
    });
    return merged(parts, by_image);
  }
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
  return merged(parts, by_image);
}

}  // namespace ampa::quant
