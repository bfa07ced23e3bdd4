#include "ir/first_order.h"

#include <cmath>

#include "quant/job_scales.h"

namespace ampa::ir {
namespace {

double magnitude_of_product(const float* gradients, const std::vector<double>& errors) {
  double sum = 0;
  for (std::size_t i = 0; i < errors.size(); ++i) sum += static_cast<double>(gradients[i]) * errors[i];
  return std::abs(sum);
}

}  // namespace

void MeasureFirstOrder::run(Frame&, StepContext& context) {
  if (!context.measure || !context.first_order) return;
  layer_.add_first_order(
      {magnitude_of_product(parameter_.gradient.data(), weights_.errors), data_gradient_ ? of_input(context) : 0, 0});
}

double MeasureFirstOrder::of_input(StepContext& context) const {
  const gemm::GemmJob job = data_gradient_->job(context.step);
  const quant::JobScales scales(job, data_gradient_->a->scales(), data_gradient_->b->scales());
  gemm::Accumulators sums;
  context.first_order->run(job, sums);
  FloatArray gradients(input_.count);
  scales.dequantize_side_by_side(sums, false, *context.threads, gradients.data());
  return magnitude_of_product(gradients.data(), input_.errors);
}

}  // namespace ampa::ir
