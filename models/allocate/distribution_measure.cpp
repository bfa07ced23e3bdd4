// How far quantization shifts the mean magnitude of a tensor, |sum|x| - sum|value|| / sum|x| (Zhang et al., CVPR 2020,
// as AMPA section 4.2 has it, without the logarithm). Rule M6.
#include "allocate/measure.h"

namespace ampa::allocate {

Measure distribution_measure() {
  Measure row = {"distribution", "shift of the mean magnitude by quantization (Zhang 2020, as AMPA compares it)",
                 [](const StepMeans& means) {
                   return LayerSensitivity{means.weight_shift, means.input_shift, means.gradient_shift};
                 }};
  row.needs_shifts = true;
  return row;
}

}  // namespace ampa::allocate
