#include "ir/quantized_layer.h"

namespace ampa::ir {

void MeasureSensitivity::run(Frame&, StepContext& context) {
  if (!context.measure) return;
  const auto mean_error = [](const Codes& codes) {
    return allocate::mean_error(codes.sums.error_q16, codes.params.scale, codes.count);
  };
  allocate::StepMeans means;
  means.weight_error = mean_error(*measured_.weights);
  means.input_error = mean_error(*measured_.input);
  means.gradient_error = mean_error(*measured_.gradient);
  means.input =
      allocate::mean_magnitude(measured_.input->sums.abs_codes, measured_.input->params.scale, measured_.input->count);
  if (measured_.input_grad) means.input_grad = *measured_.input_grad;
  means.weight_grad = *measured_.weight_grad;
  layer_.add_step(means);
}

}  // namespace ampa::ir
