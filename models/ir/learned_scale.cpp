#include "ir/learned_scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/error.h"
#include "numerics/double_rounding.h"

namespace ampa::ir {
namespace {

// The unit of a site that has none yet: a tensor of nothing but zeros has 1.
float unit_for(float range, std::int32_t largest_code) {
  const float unit = range / static_cast<float>(largest_code);
  return unit >= numerics::kMinRange ? unit : 1.0f;
}

// What the codes of a layer's activations are under a learned scale: z = clamp(rhe(fl32(-zero * inv)), 0, 2^b - 1).
numerics::QuantParams activation_params(const LearnedScale& scale, Bits bits) {
  const CodeFormat format{bits, false};
  const float s = scale.value(), inv = 1.0f / s;
  const float shift = std::clamp(-scale.zero->value[0] * inv, 0.0f, static_cast<float>(format.max_code()));
  return {format, s, inv, numerics::round_half_even(shift), format.min_code(), format.max_code()};
}

void check_learned(const LearnedScale& scale, const Site& site) {
  if (!std::isfinite(scale.factor.value[0]) || (scale.zero != nullptr && !std::isfinite(scale.zero->value[0])))
    throw NonFiniteError(fmt::format("layer '{}': the learned scale of a quantizer is not finite", site.layer));
}

// u = x / s as a quantizer has it (rule Q8), and its rounding.
struct Rounded {
  float u = 0;
  std::int32_t nearest = 0;
};
Rounded rounded(float x, float inv) {
  constexpr float kMost = 0x1p21f;
  const float u = std::clamp(x * inv, -kMost, kMost);
  return {u, numerics::round_half_even(u)};
}

}  // namespace

float LearnedScale::value() const {
  return unit[0] * std::max(factor.value[0], kLeastFactor);
}

void QuantizeLearnedWeights::run(Frame&, StepContext& context) {
  const quant::FloatView view(weights_.value.data(), shape_);
  if (scale_.unit[0] == 0) {
    const kernels::Range range = quant::measure_range(view, *context.threads);
    quant::check_finite(range);
    scale_.unit[0] = unit_for(numerics::max_abs(range), CodeFormat{high_, true}.max_code());
  }
  check_learned(scale_, site_);
  const float scale = scale_.value();
  const CodeFormat narrow{site_.bits, true};
  quant::quantize(view, numerics::full_range_params(scale, high_), quant::dense_layout(view),
                  quant::RoundingOf(std::nullopt), *context.threads, codes_.tensor);
  for (std::uint8_t& byte : codes_.tensor.bytes)
    byte = static_cast<std::uint8_t>(numerics::double_round(static_cast<std::int8_t>(byte), high_, site_.bits));
  codes_.tensor.format = narrow;
  codes_.params = {narrow,
                   numerics::double_rounding_scale(scale, high_, site_.bits),
                   1.0f / numerics::double_rounding_scale(scale, high_, site_.bits),
                   0,
                   narrow.min_code(),
                   narrow.max_code()};
  codes_.count = view.size();
  effective_.value.resize(view.size());
  effective_.gradient.resize(view.size());
  for (Eigen::Index i = 0; i < effective_.value.size(); ++i)
    effective_.value[i] =
        numerics::dequantize(static_cast<std::int8_t>(codes_.tensor.bytes[static_cast<std::size_t>(i)]), codes_.params);
}

void QuantizeLearnedValue::run(Frame& frame, StepContext& context) {
  const Tensor& tensor = frame.at(reads()[0]);
  const quant::FloatView view = tensor.view({tensor.images, shape_.height, shape_.width, shape_.channels});
  if (scale_.unit[0] == 0) {
    const kernels::Range range = tensor.range ? *tensor.range : quant::measure_range(view, *context.threads);
    quant::check_finite(range);
    scale_.unit[0] = unit_for(range.max - range.min, CodeFormat{site_.bits, false}.max_code());
    scale_.zero->value[0] = range.min;
  }
  check_learned(scale_, site_);
  codes_.params = activation_params(scale_, site_.bits);
  codes_.count = view.size();
  quant::quantize(view, codes_.params, layout_, quant::RoundingOf(std::nullopt), *context.threads, codes_.tensor);
}

void DequantizeValue::run(Frame& frame, StepContext& context) {
  Tensor& target = frame[writes()[0]];
  const gemm::CodeTensor& codes = codes_.tensor;
  target.resize(codes.images, shape_.height, shape_.width, shape_.channels);
  const std::int64_t row_size = codes.width * codes.channels;
  const float scale = codes_.params.scale;
  const std::int32_t zero_point = codes_.params.zero_point;
  context.threads->for_each_part(codes.images, [&](std::int64_t image) {
    float* out = target.image(image);
    for (std::int64_t y = 0; y < codes.height; ++y, out += row_size) {
      const std::uint8_t* const row = codes.bytes.data() + codes.grid_offset(image, y, 0);
      for (std::int64_t i = 0; i < row_size; ++i) out[i] = static_cast<float>(row[i] - zero_point) * scale;
    }
  });
}

void LearnedValueGradient::run(Frame& frame, StepContext& context) {
  const Tensor &d = frame.at(reads()[0]), &x = frame.at(reads()[1]);
  Tensor& target = frame[writes()[0]];
  target.resize(x.shape());
  const numerics::QuantParams& params = codes_.params;
  const bool has_zero = scale_.zero->value[0] != 0;
  struct Sums {
    double scale = 0, zero = 0;
  };
  std::vector<Sums> sums(static_cast<std::size_t>(x.images));
  context.threads->for_each_part(x.images, [&](std::int64_t image) {
    const float *const values = x.image(image), *const gradient = d.image(image);
    float* const out = target.image(image);
    Sums& of_image = sums[static_cast<std::size_t>(image)];
    for (std::int64_t i = 0; i < x.image_size(); ++i) {
      const Rounded r = rounded(values[i], params.inv_scale);
      const std::int32_t code = std::clamp(r.nearest + params.zero_point, params.min_code, params.max_code);
      const bool inside = code == r.nearest + params.zero_point;
      const double level = code - params.zero_point, up = gradient[i];
      out[i] = inside ? gradient[i] : 0.0f;
      of_image.scale += up * (inside ? level - static_cast<double>(r.u) : level);
      if (!inside) of_image.zero += up;
    }
  });
  Sums total;
  for (const Sums& of_image : sums) {
    total.scale += of_image.scale;
    total.zero += of_image.zero;
  }
  const bool is_held = scale_.factor.value[0] <= LearnedScale::kLeastFactor && total.scale > 0;
  scale_.factor.gradient[0] = is_held ? 0.0f : static_cast<float>(total.scale * static_cast<double>(scale_.unit[0]));
  scale_.zero->gradient[0] = has_zero ? static_cast<float>(total.zero) : 0.0f;
}

void LearnedWeightGradient::run(Frame&, StepContext&) {
  const Bits low = codes_.params.format.bits;
  const numerics::QuantParams wide = numerics::full_range_params(scale_.value(), high_);
  const double power = 1 << (high_ - low);
  double sum = 0;
  for (Eigen::Index i = 0; i < weights_.value.size(); ++i) {
    const Rounded r = rounded(weights_.value[i], wide.inv_scale);
    const std::int32_t code = std::clamp(r.nearest, wide.min_code, wide.max_code);
    const std::int32_t narrow = numerics::double_round(code, high_, low);
    const bool inside = code == r.nearest && !numerics::double_rounding_limits(code, high_, low);
    const double up = effective_.gradient[i], level = narrow;
    weights_.gradient[i] = inside ? effective_.gradient[i] : 0.0f;
    sum += up * (inside ? level * power - static_cast<double>(r.u) : level * power);
  }
  const bool is_held = scale_.factor.value[0] <= LearnedScale::kLeastFactor && sum > 0;
  scale_.factor.gradient[0] = is_held ? 0.0f : static_cast<float>(sum * static_cast<double>(scale_.unit[0]));
}

}  // namespace ampa::ir
