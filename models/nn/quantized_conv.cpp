#include "nn/quantized_conv.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "nn/bias.h"
#include "quant/dequantize.h"
#include "quant/tensor_quantizer.h"

namespace ampa::nn {

QuantizedConv::QuantizedConv(std::string name, std::uint32_t tensor_index, ConvGeometry geometry, bool has_bias)
    : name_(std::move(name)), tensor_index_(tensor_index), geometry_(geometry), has_bias_(has_bias) {
  weight_.name = name_ + ".weight";
  weight_.value.resize(geometry_.num_weights());
  weight_.gradient.resize(geometry_.num_weights());
  if (has_bias_) init_bias(bias_, name_, geometry_.out.channels);
}

std::vector<Parameter*> QuantizedConv::parameters() {
  if (has_bias_) return {&weight_, &bias_};
  return {&weight_};
}

quant::FloatView QuantizedConv::weight_view() const {
  return {weight_.value.data(), geometry_.out.channels, geometry_.kernel, geometry_.kernel, geometry_.in.channels};
}

quant::QuantizationSums QuantizedConv::quantize(OperandKind kind, const quant::FloatView& tensor,
                                                const std::optional<kernels::Range>& known_range,
                                                const quant::GridLayout& layout, StepContext& context,
                                                Quantized& result) {
  const kernels::Range found = known_range ? *known_range : quant::measure_range(tensor, *context.threads);
  quant::check_finite(found);
  const numerics::ClipRange range = context.clipping->clip({found.min, found.max});
  const bool stochastic = kind == OperandKind::kGradient;
  const numerics::RandomStream stream{context.seed, static_cast<std::uint32_t>(context.step), tensor_index_};
  if (kind == OperandKind::kActivation)
    result.params = numerics::asymmetric_params(range.min, range.max, bits_.a);
  else
    result.params = numerics::symmetric_params(numerics::max_abs(range), stochastic ? bits_.g : bits_.w);
  quant::QuantizationSums sums;
  quant::quantize(tensor, result.params, layout, stochastic ? std::optional(stream) : std::nullopt, *context.threads,
                  result.codes, context.measure ? &sums : nullptr);
  if (context.observer) {
    const std::vector<float> values = quant::all_values(tensor);
    context.observer->on_quantize(
        {name_, kind, context.step, values.data(), &result.codes, result.params, stochastic, stream});
  }
  return sums;
}

gemm::GemmJob QuantizedConv::forward_job(std::int64_t step) const {
  gemm::GemmJob job;
  job.a = {&input_.codes,    geometry_.kernel,     geometry_.kernel,
           geometry_.stride, geometry_.out.height, geometry_.out.width};
  job.b = {&weights_.codes, geometry_.kernel, geometry_.kernel};
  job.layer = name_;
  job.step = step;
  job.pass = gemm::Pass::kForward;
  return job;
}

gemm::GemmJob QuantizedConv::data_gradient_job(std::int64_t step) const {
  gemm::GemmJob job;
  job.a = {&gradient_.codes, geometry_.kernel, geometry_.kernel, 1, geometry_.in.height, geometry_.in.width};
  job.b = {&rotated_weights_, geometry_.kernel, geometry_.kernel};
  job.layer = name_;
  job.step = step;
  job.pass = gemm::Pass::kDataGradient;
  return job;
}

gemm::GemmJob QuantizedConv::weight_gradient_job(std::int64_t step) const {
  gemm::GemmJob job;
  const quant::GridLayout layout = geometry_.gradient_layout();
  job.a = {&gradient_.codes,   1,   1, geometry_.stride, geometry_.out.height, geometry_.out.width, layout.border_top,
           layout.border_left, true};
  job.b = forward_job(step).a;
  job.b.transposed = true;
  job.layer = name_;
  job.step = step;
  job.pass = gemm::Pass::kWeightGradient;
  return job;
}

void QuantizedConv::run_whole(const gemm::GemmJob& job, float scale, StepContext& context, bool add, float* out,
                              double* mean_abs) {
  context.backend->run(job, sums_);
  const gemm::ZeroPointCorrection correction = gemm::zero_point_correction(job);
  quant::dequantize(sums_, correction, scale, add, *context.threads, out);
  if (mean_abs) *mean_abs = allocate::mean_magnitude(quant::sum_abs(sums_, correction), scale, job.m() * job.n());
}

void QuantizedConv::run_by_rows(const gemm::GemmJob& job, float scale, StepContext& context, const Target& target,
                                double* mean_abs) {
  Tensor& out = *target.tensor;
  const std::int64_t rows_per_image = job.a.out_height * job.a.out_width, row_size = out.row_size();
  if (rows_per_image * job.n() != out.image_size())
    throw std::logic_error(fmt::format("{}: {} sums an image cannot become {} elements", name_,
                                       rows_per_image * job.n(), out.image_size()));
  if (target.listener) target.listener->start(out);
  const std::vector<std::int32_t> columns =
      job.b.zero_point() == 0 ? quant::narrow_columns(gemm::zero_point_correction(job)) : std::vector<std::int32_t>{};
  std::vector<std::int64_t> magnitudes(mean_abs ? static_cast<std::size_t>(out.images) : 0);
  // Rows of the tensor that rows [first, first + count) of the job make complete.
  const auto tell = [&](std::int64_t first, std::int64_t count) {
    const std::int64_t begin = first * job.n(), end = begin + count * job.n(), image_size = out.image_size();
    for (std::int64_t image = begin / image_size; image * image_size < end; ++image) {
      const std::int64_t first_row = std::max(begin - image * image_size, std::int64_t{0}) / row_size;
      const std::int64_t last_row = std::min(end - image * image_size, image_size) / row_size;
      if (last_row > first_row) target.listener->on_rows(image, first_row, last_row - first_row);
    }
  };
  const auto take = [&](std::int64_t first_row, std::int64_t num_rows, const std::int32_t* sums) {
    const kernels::Kernels& loops = kernels::active();
    const std::int32_t* const col = columns.empty() ? nullptr : columns.data();
    float* const result = out.values.data() + first_row * job.n();
    loops.dequantize(sums, num_rows, job.n(), col, scale, target.add, result);
    if (mean_abs)
      magnitudes[static_cast<std::size_t>(first_row / rows_per_image)] += loops.sum_abs(sums, num_rows, job.n(), col);
    if (target.bias) add_bias(*target.bias, num_rows, result);
    if (target.listener) tell(first_row, num_rows);
  };
  if (job.b.zero_point() == 0 && context.backend->run_by_rows(job, take)) {
    if (mean_abs)
      *mean_abs = allocate::mean_magnitude(std::accumulate(magnitudes.begin(), magnitudes.end(), std::int64_t{0}),
                                           scale, job.m() * job.n());
    return;
  }
  run_whole(job, scale, context, target.add, out.values.data(), mean_abs);
  if (target.bias) add_bias(*target.bias, job.m(), out.values.data());
  if (target.listener)
    context.threads->for_each_part(out.images,
                                   [&](std::int64_t image) { target.listener->on_rows(image, 0, out.height); });
}

void QuantizedConv::forward(const std::vector<const Tensor*>& inputs, Tensor& out, StepContext& context) {
  const quant::FloatView input = inputs[0]->view(geometry_.input_shape(inputs[0]->images));
  const quant::FloatView weights = weight_view();
  if (context.images_alone && input.images > 1) return forward_images_alone(input, out, context);
  const quant::QuantizationSums input_sums =
      quantize(OperandKind::kActivation, input, inputs[0]->range, geometry_.input_layout(), context, input_);
  const quant::QuantizationSums weight_sums =
      quantize(OperandKind::kWeight, weights, std::nullopt, quant::dense_layout(weights), context, weights_);
  means_.input = allocate::mean_magnitude(input_sums.abs_codes, input_.params.scale, input.size());
  means_.input_error = allocate::mean_error(input_sums.error_q16, input_.params.scale, input.size());
  means_.weight_error = allocate::mean_error(weight_sums.error_q16, weights_.params.scale, weights.size());
  out.resize(geometry_.output_shape(input.images));
  run_by_rows(forward_job(context.step), input_.params.scale * weights_.params.scale, context,
              {&out, false, has_bias_ ? &bias_ : nullptr, context.images_alone ? nullptr : output_listener_}, nullptr);
}

// Every image has its zero point. Where a grid holds it in gaps, each image is a job; else one job has the codes of
// all, since raw sums do not depend on zero points.
void QuantizedConv::forward_images_alone(const quant::FloatView& input, Tensor& out, StepContext& context) {
  const quant::FloatView weights = weight_view();
  quantize(OperandKind::kWeight, weights, std::nullopt, quant::dense_layout(weights), context, weights_);
  out.resize(geometry_.output_shape(input.images));
  const quant::GridLayout layout = geometry_.input_layout();
  const bool has_gaps = layout.grid_height != input.height || layout.grid_width != input.width;
  const std::int64_t size = input.image_size();
  const std::vector<float> values = input.source ? quant::all_values(input) : std::vector<float>{};
  gemm::CodeTensor all;
  std::vector<numerics::QuantParams> params;
  Tensor alone;
  for (std::int64_t image = 0; image < input.images; ++image) {
    const quant::FloatView one((input.source ? values.data() : input.data) + image * size,
                               {1, input.height, input.width, input.channels});
    quantize(OperandKind::kActivation, one, std::nullopt, layout, context, input_);
    if (has_gaps) {
      alone.resize(geometry_.output_shape(1));
      run_by_rows(forward_job(context.step), input_.params.scale * weights_.params.scale, context,
                  {&alone, false, has_bias_ ? &bias_ : nullptr, nullptr}, nullptr);
      image_array(out, image) = image_array(alone, 0);
      continue;
    }
    if (image == 0) gemm::resize(all, input_.codes.format, 0, input.images, input.height, input.width, input.channels);
    std::copy_n(input_.codes.bytes.begin(), size, all.bytes.begin() + image * size);
    params.push_back(input_.params);
  }
  if (has_gaps) return;
  std::swap(input_.codes, all);
  context.backend->run(forward_job(context.step), sums_);
  dequantize_images_alone(params, context, out);
}

// From sums_, the raw sums of all images.
void QuantizedConv::dequantize_images_alone(const std::vector<numerics::QuantParams>& params, StepContext& context,
                                            Tensor& out) {
  const std::vector<std::int64_t> column_sums = gemm::row_sums(forward_job(context.step).b);
  gemm::Accumulators sums;
  sums.rows = sums_.rows / out.images;
  sums.cols = sums_.cols;
  gemm::ZeroPointCorrection correction;
  correction.col.resize(column_sums.size());
  const auto part_of = [&](const auto& all, std::int64_t image, auto& part) {
    const auto begin = all.begin() + image * out.image_size();
    if (!all.empty()) part.assign(begin, begin + out.image_size());
  };
  for (std::int64_t image = 0; image < out.images; ++image) {
    const numerics::QuantParams& of_image = params[static_cast<std::size_t>(image)];
    for (std::size_t col = 0; col < column_sums.size(); ++col)
      correction.col[col] = of_image.zero_point * column_sums[col];
    part_of(sums_.narrow, image, sums.narrow);
    part_of(sums_.wide, image, sums.wide);
    quant::dequantize(sums, correction, of_image.scale * weights_.params.scale, false, *context.threads,
                      out.image(image));
  }
  if (has_bias_) add_bias(bias_, sums_.rows, out.values.data());
}

void QuantizedConv::backward(const std::vector<const Tensor*>& inputs, const Tensor&, Tensor& out_grad,
                             const std::vector<Tensor*>& input_grads, StepContext& context) {
  const quant::FloatView gradient = out_grad.view(geometry_.output_shape(out_grad.images));
  if (has_bias_) bias_gradient(gradient, bias_);
  const quant::QuantizationSums sums =
      quantize(OperandKind::kGradient, gradient, out_grad.range, geometry_.gradient_layout(), context, gradient_);
  means_.gradient_error = allocate::mean_error(sums.error_q16, gradient_.params.scale, gradient.size());
  gemm::resize(rotated_weights_, weights_.params.format, 0, geometry_.in.channels, geometry_.kernel, geometry_.kernel,
               geometry_.out.channels);
  rotate_weights(geometry_, weights_.codes.bytes.data(), rotated_weights_.bytes.data());

  // From here on the gradient's codes stand for it: where it is computed from may be overwritten.
  if (input_grads[0]) {
    if (!adds_gradient_) input_grads[0]->resize(*inputs[0]);
    input_grads[0]->range.reset();
    run_by_rows(data_gradient_job(context.step), gradient_.params.scale * weights_.params.scale, context,
                {input_grads[0], adds_gradient_, nullptr, gradient_listener_},
                context.measure ? &means_.input_grad : nullptr);
  }
  run_whole(weight_gradient_job(context.step), gradient_.params.scale * input_.params.scale, context, false,
            weight_.gradient.data(), context.measure ? &means_.weight_grad : nullptr);
  if (context.measure) sensitivity_.add(allocate::step_sensitivity(means_));
}

}  // namespace ampa::nn
