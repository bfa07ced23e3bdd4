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
  allocate::StepMeans means;
  means.weight_error = measured_.weights->mean_error();
  means.input_error = measured_.input->mean_error();
  means.gradient_error = measured_.gradient->mean_error();
  means.input = measured_.input->mean_magnitude();
  if (measured_.input_grad) means.input_grad = *measured_.input_grad;
  means.weight_grad = *measured_.weight_grad;
  layer_.add_step(means);
}

}  // namespace ampa::ir
