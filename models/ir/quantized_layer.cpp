#include "ir/quantized_layer.h"

namespace ampa::ir {

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
