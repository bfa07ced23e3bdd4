// The relative quantization error E(|x - value| / |x|) of the paper's Figure 2. Rule M9.
#include "allocate/measure.h"

namespace ampa::allocate {

Measure relative_error_measure() {
  Measure row = {"relative-error", "the mean relative quantization error (Figure 2)", [](const StepMeans& means) {
                   return LayerSensitivity{means.weight_relative, means.input_relative, means.gradient_relative};
                 }};
  row.needs_shifts = true;
  return row;
}

}  // namespace ampa::allocate
