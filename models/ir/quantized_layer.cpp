#include "ir/quantized_layer.h"

namespace ampa::ir {

namespace {

constexpr std::uint32_t kSecondGradients = 0x40000000u, kActivations = 0x50000000u, kWeights = 0x60000000u;

}  // namespace

QuantizedLayer::QuantizedLayer(const std::string& name, std::uint32_t index, const Recipe& recipe)
    : name_(name),
      index_(index),
      weights{name, OperandKind::kWeight, kWeights + index},
      activations{name, OperandKind::kActivation, kActivations + index},
      gradients{name, OperandKind::kGradient, index} {
  weights.rule = recipe.weights;
  activations.rule = recipe.activations;
  gradients.rule = recipe.gradients;
  if (!recipe.gradient_by_channel) return;
  data_gradients = gradients;
  data_gradients->tensor_index = kSecondGradients + index;
  data_gradients->is_second = true;
  gradients.scale_axis = quant::ScaleAxis::kChannels;
}

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
    if (operand.weights) {
      means.weight_shift = operand.weights->shift;
      means.weight_relative = operand.weights->relative_error;
    }
    means.input_shift = operand.input->shift;
    means.input_relative = operand.input->relative_error;
    means.gradient_shift = operand.gradient->shift;
    means.gradient_relative = operand.gradient->relative_error;
    const allocate::LayerSensitivity of_operand = context.measures.of_step(means);
    sum.w += of_operand.w;
    sum.a += of_operand.a;
    sum.g += of_operand.g;
  }
  layer_.add_step(sum);
}

}  // namespace ampa::ir
