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
  means.weight_shift = measured_.weights->shift;
  means.input_shift = measured_.input->shift;
  means.gradient_shift = measured_.gradient->shift;
  means.weight_relative = measured_.weights->relative_error;
  means.input_relative = measured_.input->relative_error;
  means.gradient_relative = measured_.gradient->relative_error;
  layer_.add_step(context.measures.of_step(means));
}

}  // namespace ampa::ir
