#include "nn/quantized_conv.h"

#include "common/error.h"
#include "nn/bias.h"
#include "quant/dequantize.h"

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

quant::FloatView QuantizedConv::input_view(const Tensor& input) const {
  return {input.values.data(), input.images, geometry_.in.height, geometry_.in.width, geometry_.in.channels};
}

quant::FloatView QuantizedConv::weight_view() const {
  return {weight_.value.data(), geometry_.out.channels, geometry_.kernel, geometry_.kernel, geometry_.in.channels};
}

quant::FloatView QuantizedConv::gradient_view(const Tensor& gradient) const {
  return {gradient.values.data(), gradient.images, geometry_.out.height, geometry_.out.width, geometry_.out.channels};
}

void QuantizedConv::quantize(OperandKind kind, const quant::FloatView& tensor, const quant::GridLayout& layout,
                             StepContext& context, Quantized& result) {
  const numerics::Range measured = quant::measure_range(tensor, *context.threads);
  const numerics::ClipRange range = context.clipping->clip({measured.min, measured.max});
  const bool stochastic = kind == OperandKind::kGradient;
  const numerics::RandomStream stream{context.seed, static_cast<std::uint32_t>(context.step), tensor_index_};
  if (kind == OperandKind::kActivation)
    result.params = numerics::asymmetric_params(range.min, range.max, bits_.a);
  else
    result.params = numerics::symmetric_params(numerics::max_abs(range), stochastic ? bits_.g : bits_.w);
  quant::quantize(tensor, result.params, layout, stochastic ? std::optional(stream) : std::nullopt, *context.threads,
                  result.codes);
  if (context.observer)
    context.observer->on_quantize(
        {name_, kind, context.step, tensor.data, &result.codes, result.params, stochastic, stream});
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

double QuantizedConv::run(const gemm::GemmJob& job, float scale, StepContext& context, float* out) {
  context.backend->run(job, sums_);
  const gemm::ZeroPointCorrection correction = gemm::zero_point_correction(job);
  quant::dequantize(sums_, correction, scale, *context.threads, out);
  if (!context.measure) return 0;
  return allocate::mean_magnitude(quant::sum_abs(sums_, correction), scale, job.m() * job.n());
}

void QuantizedConv::forward(const std::vector<const Tensor*>& inputs, Tensor& out, StepContext& context) {
  const quant::FloatView input = input_view(*inputs[0]);
  const quant::FloatView weights = weight_view();
  quantize(OperandKind::kActivation, input, geometry_.input_layout(), context, input_);
  quantize(OperandKind::kWeight, weights, quant::dense_layout(weights), context, weights_);
  if (context.measure) {
    const quant::QuantizationSums input_sums =
        quant::quantization_sums(input, input_.params, input_.codes, *context.threads);
    const quant::QuantizationSums weight_sums =
        quant::quantization_sums(weights, weights_.params, weights_.codes, *context.threads);
    means_.input = allocate::mean_magnitude(input_sums.abs_codes, input_.params.scale, input.size());
    means_.input_error = allocate::mean_error(input_sums.error_q16, input_.params.scale, input.size());
    means_.weight_error = allocate::mean_error(weight_sums.error_q16, weights_.params.scale, weights.size());
  }
  out.resize(inputs[0]->images, geometry_.out.height, geometry_.out.width, geometry_.out.channels);
  run(forward_job(context.step), input_.params.scale * weights_.params.scale, context, out.values.data());
  if (has_bias_) add_bias(bias_, out);
}

void QuantizedConv::backward(const std::vector<const Tensor*>& inputs, const Tensor&, const Tensor& out_grad,
                             const std::vector<Tensor*>& input_grads, StepContext& context) {
  const quant::FloatView gradient = gradient_view(out_grad);
  quantize(OperandKind::kGradient, gradient, geometry_.gradient_layout(), context, gradient_);
  if (context.measure) {
    const quant::QuantizationSums sums =
        quant::quantization_sums(gradient, gradient_.params, gradient_.codes, *context.threads);
    means_.gradient_error = allocate::mean_error(sums.error_q16, gradient_.params.scale, gradient.size());
  }
  gemm::resize(rotated_weights_, weights_.params.format, 0, geometry_.in.channels, geometry_.kernel, geometry_.kernel,
               geometry_.out.channels);
  rotate_weights(geometry_, weights_.codes.bytes.data(), rotated_weights_.bytes.data());

  if (input_grads[0]) {
    const Tensor& input = *inputs[0];
    input_grads[0]->resize(input.images, input.height, input.width, input.channels);
    means_.input_grad = run(data_gradient_job(context.step), gradient_.params.scale * weights_.params.scale, context,
                            input_grads[0]->values.data());
  }
  means_.weight_grad = run(weight_gradient_job(context.step), gradient_.params.scale * input_.params.scale, context,
                           weight_.gradient.data());
  if (has_bias_) bias_gradient(out_grad, bias_);
  if (context.measure) sensitivity_.add(allocate::step_sensitivity(means_));
}

}  // namespace ampa::nn
