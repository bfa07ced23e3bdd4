#include "ops/pruned_gradient.h"

#include <algorithm>

#include "kernels/kernels.h"
#include "ops/straight_through.h"

namespace ampa::ops {
namespace {

std::vector<quant::KeptGroup> all_groups(std::int64_t count) {
  std::vector<quant::KeptGroup> groups;
  for (std::int64_t i = 0; i < count; ++i) groups.push_back({i, quant::kCertain});
  return groups;
}

// Sums of `count` rows of one scale to FP32; those of a job that is split along K are wide.
void dequantize_rows(const gemm::Accumulators& sums, std::int64_t first_row, std::int64_t count, float scale,
                     float* out) {
  if (!sums.is_wide()) {
    kernels::active().dequantize(sums.narrow.data() + first_row * sums.cols, count, sums.cols, nullptr, scale, false,
                                 out);
    return;
  }
  for (std::int64_t i = 0; i < count * sums.cols; ++i)
    out[i] = static_cast<float>(sums.wide[static_cast<std::size_t>(first_row * sums.cols + i)]) * scale;
}

}  // namespace

void QuantizePruned::run(ir::Frame& frame, ir::StepContext& context) {
  const ir::Tensor& tensor = frame.at(reads()[0]);
  const quant::FloatView view = tensor.view({tensor.images, shape_.height, shape_.width, shape_.channels});
  const quant::ScaleAxis axis = result_->axis;
  const std::vector<float>& magnitudes = magnitudes_->along(axis);
  const auto step = static_cast<std::uint32_t>(context.step);
  const bool prunes = rules_.keep_one_in > 1;
  const auto num_groups = static_cast<std::int64_t>(magnitudes.size());
  result_->kept = prunes ? rules_.pruning->keep(magnitudes, rules_.keep_one_in, {context.seed, step, draws_})
                         : all_groups(num_groups);
  if (result_->kept.empty()) return;
  ir::Codes& codes = result_->codes;
  const quant::FloatView kept = prunes ? quant::gather(view, axis, result_->kept, *context.threads, gathered_) : view;
  codes.groups = quant::kept_scales(axis, magnitudes, result_->kept, site_.bits);
  if (!rules_.by_group) {
    const float largest = *std::max_element(magnitudes.begin(), magnitudes.end());
    codes.groups = quant::kept_scales(quant::ScaleAxis::kNone, {largest}, all_groups(1), site_.bits);
  }
  codes.params = codes.groups.params.front();
  const numerics::RandomStream stream{context.seed, step, tensor_};
  const quant::RoundingOf rounding(numerics::Rounding::kStochastic, stream, false);
  if (codes.groups.is_grouped())
    quant::quantize(kept, codes.groups, layout_, rounding, *context.threads, codes.tensor);
  else
    quant::quantize(kept, codes.params, layout_, rounding, *context.threads, codes.tensor);
  if (context.observer == nullptr || site_.bits == 1) return;  // a trace has no words for rule G6
  quant::QuantizeEvent event{site_.layer, site_.kind, context.step, kept.data, &codes.tensor, codes.params};
  event.rounding = numerics::Rounding::kStochastic;
  event.stream = stream;
  event.is_second = axis == quant::ScaleAxis::kImages;
  event.groups = codes.groups.is_grouped() ? &codes.groups : nullptr;
  context.observer->on_quantize(event);
}

void PrunedToValue::run(ir::Frame& frame, ir::StepContext& context) {
  const ir::Tensor& input = frame.at(reads()[0]);
  ir::Tensor& out = frame[writes()[0]];
  out.resize({input.images, shape_.height, shape_.width, shape_.channels});
  std::vector<std::int64_t> place(static_cast<std::size_t>(out.images), -1);
  for (std::size_t k = 0; k < gradient_.kept.size(); ++k) {
    if (gradient_.axis == quant::ScaleAxis::kImages)
      place[static_cast<std::size_t>(gradient_.kept[k].group)] = static_cast<std::int64_t>(k);
  }
  std::int64_t rows = 0;
  if (!gradient_.kept.empty()) {
    const gemm::GemmJob job = matmul_.job(context.step);
    rows = job.a.out_height * job.a.out_width;
    context.backend->run(job, sums_);
  }
  told_.start(frame, writes()[0], context);
  context.threads->for_each_part(out.images, [&](std::int64_t image) {
    const std::int64_t k = place[static_cast<std::size_t>(image)];
    if (k < 0) {
      std::fill_n(out.image(image), out.image_size(), 0.0f);
    } else {
      dequantize_rows(sums_, k * rows, rows, gradient_.scale(static_cast<std::size_t>(k)), out.image(image));
      stop_outside(input.image(image), out.image_size(), out.image(image));
    }
    told_.tell(image, out.height);
  });
}

void PrunedToGradient::run(ir::Frame&, ir::StepContext& context) {
  weights_.gradient.setZero();
  if (gradient_.kept.empty()) return;
  ir::StepMatmul of_kept = matmul_;  // the layer as if it had the kept channels alone
  std::get<gemm::ConvShape>(of_kept.shape).out_channels = static_cast<std::int64_t>(gradient_.kept.size());
  context.backend->run(of_kept.job(context.step), sums_);
  const std::int64_t size = sums_.cols;
  context.threads->for_each_part(static_cast<std::int64_t>(gradient_.kept.size()), [&](std::int64_t k) {
    const std::int64_t first = gradient_.kept[static_cast<std::size_t>(k)].group * size;
    float* const row = weights_.gradient.data() + first;
    dequantize_rows(sums_, k, 1, gradient_.scale(static_cast<std::size_t>(k)), row);
    stop_outside(weights_.value.data() + first, size, row);
  });
}

}  // namespace ampa::ops
