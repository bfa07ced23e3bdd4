#include "ir/quantize.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/error.h"
#include "numerics/two_level.h"
#include "quant/measured_errors.h"

namespace ampa::ir {
namespace {

quant::Encoding encoding_of(const Site& site, const StepContext& context) {
  quant::Encoding encoding = context.training ? site.rule.in_training(site.bits) : site.rule.in_evaluation(site.bits);
  encoding.stream = {context.seed, static_cast<std::uint32_t>(context.step), site.tensor_index};
  return encoding;
}

void measure_codes(const quant::FloatView& tensor, const StepContext& context, Codes& result) {
  if (!context.measure) return;
  if (context.measures.need_shifts()) {
    result.shift = quant::distribution_shift(tensor, result.scales(), result.tensor);
    result.relative_error = quant::relative_error(tensor, result.scales(), result.tensor);
  }
  if (context.first_order) result.errors = quant::quantization_errors(tensor, result.scales(), result.tensor);
}

void tell_observer(const Site& site, const quant::FloatView& tensor, const quant::Encoding& encoding,
                   StepContext& context, const Codes& result) {
  if (!context.observer) return;
  const std::vector<float> values = quant::all_values(tensor);
  quant::QuantizeEvent event{site.layer, site.kind, context.step, values.data(), &result.tensor, result.params};
  event.rounding = encoding.rounding;
  event.stream = encoding.stream;
  event.groups = result.groups.is_grouped() ? &result.groups : nullptr;
  event.is_second = site.is_second;
  context.observer->on_quantize(event);
}

// Two levels, which have no scale to choose (rule X1).
void quantize_signs(const Site& site, const quant::FloatView& tensor, const std::optional<kernels::Range>& known_range,
                    const quant::GridLayout& layout, const quant::Encoding& encoding, StepContext& context,
                    Codes& result) {
  quant::check_finite(known_range ? *known_range : quant::measure_range(tensor, *context.threads));
  result.params = numerics::two_level_params();
  result.groups = {};
  result.sums = {};
  result.group_sums.clear();
  result.count = tensor.size();
  quant::quantize(tensor, result.params, layout, quant::RoundingOf(std::nullopt), *context.threads, result.tensor);
  tell_observer(site, tensor, encoding, context, result);
}

void quantize(const Site& site, const quant::FloatView& tensor, const std::optional<kernels::Range>& known_range,
              const quant::GridLayout& layout, StepContext& context, Codes& result) {
  const quant::Encoding encoding = encoding_of(site, context);
  if (site.bits == 1) return quantize_signs(site, tensor, known_range, layout, encoding, context, result);
  quant::ClippingMemory memory;
  if (site.memory) memory = {site.memory->data(), site.memory->size()};
  const quant::ScaleGroups scales = quant::choose_scales(tensor, site.scale_axis, site.rule, encoding, known_range,
                                                         context.step, context.training, memory, *context.threads);
  const quant::RoundingOf rounding(encoding.rounding, encoding.stream, site.kind != OperandKind::kGradient);
  result.params = scales.params.front();
  result.sums = {};
  result.group_sums.clear();
  result.count = tensor.size();
  if (scales.is_grouped()) {
    result.groups = scales;
    quant::quantize(tensor, scales, layout, rounding, *context.threads, result.tensor,
                    context.measure ? &result.group_sums : nullptr);
  } else {
    result.groups = {};
    quant::quantize(tensor, result.params, layout, rounding, *context.threads, result.tensor,
                    context.measure ? &result.sums : nullptr);
  }
  measure_codes(tensor, context, result);
  tell_observer(site, tensor, encoding, context, result);
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
