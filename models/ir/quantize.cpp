#include "ir/quantize.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/error.h"
#include "numerics/two_level.h"

namespace ampa::ir {
namespace {

numerics::QuantParams params_of(const Site& site, const kernels::Range& found, const StepContext& context) {
  quant::check_finite(found);
  if (site.bits == 1) return numerics::two_level_params();
  const numerics::Range range = context.clipping->clip(found);
  if (site.kind == OperandKind::kActivation) return numerics::asymmetric_params(range.min, range.max, site.bits);
  return numerics::symmetric_params(numerics::max_abs(range), site.bits);
}

numerics::RandomStream stream_of(const Site& site, const StepContext& context) {
  return {context.seed, static_cast<std::uint32_t>(context.step), site.tensor_index};
}

void tell_observer(const Site& site, const quant::FloatView& tensor, StepContext& context, const Codes& result) {
  if (!context.observer) return;
  const std::vector<float> values = quant::all_values(tensor);
  context.observer->on_quantize({site.layer, site.kind, context.step, values.data(), &result.tensor, result.params,
                                 site.kind == OperandKind::kGradient, stream_of(site, context),
                                 result.groups.is_grouped() ? &result.groups : nullptr});
}

void quantize_groups(const Site& site, const quant::FloatView& tensor, const quant::GridLayout& layout,
                     StepContext& context, Codes& result) {
  result.groups = {site.scale_axis, {}};
  for (const kernels::Range& found : quant::measure_ranges(tensor, site.scale_axis, *context.threads))
    result.groups.params.push_back(params_of(site, found, context));
  result.params = result.groups.params.front();
  result.sums = {};
  result.group_sums.clear();
  result.count = tensor.size();
  const bool stochastic = site.kind == OperandKind::kGradient;
  quant::quantize(tensor, result.groups, layout, stochastic ? std::optional(stream_of(site, context)) : std::nullopt,
                  *context.threads, result.tensor, context.measure ? &result.group_sums : nullptr);
  tell_observer(site, tensor, context, result);
}

void quantize(const Site& site, const quant::FloatView& tensor, const std::optional<kernels::Range>& known_range,
              const quant::GridLayout& layout, StepContext& context, Codes& result) {
  if (site.scale_axis != quant::ScaleAxis::kNone) return quantize_groups(site, tensor, layout, context, result);
  const kernels::Range found = known_range ? *known_range : quant::measure_range(tensor, *context.threads);
  const bool stochastic = site.kind == OperandKind::kGradient;
  result.groups = {};
  result.params = params_of(site, found, context);
  result.sums = {};
  result.count = tensor.size();
  quant::quantize(tensor, result.params, layout, stochastic ? std::optional(stream_of(site, context)) : std::nullopt,
                  *context.threads, result.tensor, context.measure ? &result.sums : nullptr);
  tell_observer(site, tensor, context, result);
}

}  // namespace

void QuantizeValue::run(Frame& frame, StepContext& context) {
  const Tensor& tensor = frame.at(reads()[0]);
  const quant::FloatView view = tensor.view({tensor.images, shape_.height, shape_.width, shape_.channels});
  if (context.images_alone && view.images > 1 && site_.bits > 1)  // signs have no range
    run_images_alone(view, context);
  else
    quantize(site_, view, tensor.range, layout_, context, codes_);
}

// Each image on its own, then all next to each other: the gaps of an image's grid hold its own zero point.
void QuantizeValue::run_images_alone(const quant::FloatView& view, StepContext& context) {
  if (site_.scale_axis == quant::ScaleAxis::kChannels)
    throw InputError(
        fmt::format("layer '{}': expected activations with one scale an image where images are evaluated "
                    "alone, found one a channel",
                    site_.layer));
  Site alone_site = site_;  // an image alone is one group
  alone_site.scale_axis = quant::ScaleAxis::kNone;
  const std::vector<float> values = view.source ? quant::all_values(view) : std::vector<float>{};
  Codes one;
  codes_.groups = {quant::ScaleAxis::kImages, {}};
  for (std::int64_t image = 0; image < view.images; ++image) {
    const quant::FloatView alone((view.source ? values.data() : view.data) + image * view.image_size(),
                                 {1, view.height, view.width, view.channels});
    quantize(alone_site, alone, std::nullopt, layout_, context, one);
    if (image == 0)
      gemm::reshape_on_grid(codes_.tensor, one.tensor.format, 0, view.images, view.height, view.width, view.channels,
                            layout_.grid_height, layout_.grid_width, layout_.border_top, layout_.border_left,
                            layout_.dilation);
    std::copy_n(one.tensor.bytes.begin(), one.tensor.grid_offset(1, 0, 0),
                codes_.tensor.bytes.begin() + codes_.tensor.grid_offset(image, 0, 0));
    codes_.groups.params.push_back(one.params);
  }
  codes_.tensor.gaps_are_filled = false;  // with zero points that are not the tensor's
  const gemm::CodeTensor& all = codes_.tensor;
  const auto& params = codes_.groups.params;
  codes_.tensor.has_own_gaps =
      (all.grid_height != all.height || all.grid_width != all.width) &&
      std::any_of(params.begin(), params.end(), [](const auto& p) { return p.zero_point != 0; });
}

void QuantizeWeights::run(Frame&, StepContext& context) {
  const quant::FloatView view(weights_.value.data(), shape_);
  quantize(site_, view, std::nullopt, quant::dense_layout(view), context, codes_);
}

}  // namespace ampa::ir
