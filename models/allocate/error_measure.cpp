// The quantization error alone, "Ours (w/o Mag)" of the paper's Table 3: s_w = E|dw|, s_a = E|da|, s_g = E|dg_o|.
// Rule M3.
#include "allocate/measure.h"

namespace ampa::allocate {

Measure error_measure() {
  return {"error", "the quantization error alone, without magnitudes (Table 3)", [](const StepMeans& means) {
            return LayerSensitivity{means.weight_error, means.input_error, means.gradient_error};
          }};
}

}  // namespace ampa::allocate
