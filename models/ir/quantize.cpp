#include "ir/quantize.h"

#include <algorithm>

namespace ampa::ir {
namespace {

void quantize(const Site& site, const quant::FloatView& tensor, const std::optional<kernels::Range>& known_range,
              const quant::GridLayout& layout, StepContext& context, Codes& result) {
  const kernels::Range found = known_range ? *known_range : quant::measure_range(tensor, *context.threads);
  quant::check_finite(found);
  const numerics::Range range = context.clipping->clip(found);
  const bool stochastic = site.kind == OperandKind::kGradient;
  const numerics::RandomStream stream{context.seed, static_cast<std::uint32_t>(context.step), site.tensor_index};
  if (site.kind == OperandKind::kActivation)
    result.params = numerics::asymmetric_params(range.min, range.max, site.bits);
  else
    result.params = numerics::symmetric_params(numerics::max_abs(range), site.bits);
  result.sums = {};
  result.count = tensor.size();
  quant::quantize(tensor, result.params, layout, stochastic ? std::optional(stream) : std::nullopt, *context.threads,
                  result.tensor, context.measure ? &result.sums : nullptr);
  if (!context.observer) return;
  const std::vector<float> values = quant::all_values(tensor);
  context.observer->on_quantize(
      {site.layer, site.kind, context.step, values.data(), &result.tensor, result.params, stochastic, stream});
}

}  // namespace

void QuantizeValue::run(Frame& frame, StepContext& context) {
  const Tensor& tensor = frame.at(reads()[0]);
  const quant::FloatView view = tensor.view({tensor.images, shape_.height, shape_.width, shape_.channels});
  codes_.groups = {};
  if (context.images_alone && view.images > 1)
    run_images_alone(view, context);
  else
    quantize(site_, view, tensor.range, layout_, context, codes_);
}

// Each image on its own, then all next to each other: the gaps of an image's grid hold its own zero point.
void QuantizeValue::run_images_alone(const quant::FloatView& view, StepContext& context) {
  const std::vector<float> values = view.source ? quant::all_values(view) : std::vector<float>{};
  Codes one;
  codes_.groups.axis = quant::ScaleAxis::kImages;
  for (std::int64_t image = 0; image < view.images; ++image) {
    const quant::FloatView alone((view.source ? values.data() : view.data) + image * view.image_size(),
                                 {1, view.height, view.width, view.channels});
    quantize(site_, alone, std::nullopt, layout_, context, one);
    if (image == 0)
      gemm::reshape_on_grid(codes_.tensor, one.tensor.format, 0, view.images, view.height, view.width, view.channels,
                            layout_.grid_height, layout_.grid_width, layout_.border_top, layout_.border_left,
                            layout_.dilation);
    std::copy_n(one.tensor.bytes.begin(), one.tensor.grid_offset(1, 0, 0),
                codes_.tensor.bytes.begin() + codes_.tensor.grid_offset(image, 0, 0));
    codes_.groups.params.push_back(one.params);
  }
  codes_.tensor.gaps_are_filled = false;  // with zero points that are not the tensor's
}

void QuantizeWeights::run(Frame&, StepContext& context) {
  const quant::FloatView view(weights_.value.data(), shape_);
  quantize(site_, view, std::nullopt, quant::dense_layout(view), context, codes_);
}

}  // namespace ampa::ir
