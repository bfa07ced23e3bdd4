#include "ir/quantized_layer.h"

namespace ampa::ir {

void MeasureSensitivity::run(Frame&, StepContext& context) {
  if (!context.measure) return;
  allocate::LayerSensitivity sum;
  for (const Measured& operand : operands_) {
    allocate::StepMeans means;
    if (operand.weights) means.weight_error = operand.weights->mean_error();
    means.input_error = operand.input->mean_error();
    means.gradient_error = operand.gradient->mean_error();
    means.input = operand.input->mean_magnitude();
    if (operand.input_grad) means.input_grad = *operand.input_grad;
    if (operand.weight_grad) means.weight_grad = *operand.weight_grad;
    const allocate::LayerSensitivity of_operand = allocate::step_sensitivity(means);
    sum.w += of_operand.w;
    sum.a += of_operand.a;
    sum.g += of_operand.g;
  }
  layer_.add_step(sum);
}

}  // namespace ampa::ir
