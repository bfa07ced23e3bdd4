// Tr(H) / n of weights and of activations (Dong et al., HAWQ-V2, NeurIPS 2020, as AMPA section 4.2 compares it): see
// train/hessian_trace.h for how it is made and what it costs. A negative estimate counts as 0. Hessians say nothing of
// gradients: these are ranked by magnitude.
#include "allocate/measure.h"

namespace ampa::allocate {

Measure hessian_measure() {
  Measure row = {"hessian", "mean diagonal of the Hessian of weights and activations (HAWQ-V2); gradients by magnitude",
                 [](const StepMeans& means) {
                   return LayerSensitivity{0, 0, step_sensitivity(means).g};
                 }};
  row.needs_traces = true;
  return row;
}

}  // namespace ampa::allocate
