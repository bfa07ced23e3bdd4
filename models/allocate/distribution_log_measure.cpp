// log2(shift + 1) of the shift of distribution_measure.cpp: the Diff of Zhang et al. (CVPR 2020). It orders the tensors
// of one step as the shift does; the mean over steps weighs large shifts less. log is that of numerics/elementary.h.
#include "allocate/measure.h"
#include "numerics/elementary.h"

namespace ampa::allocate {
namespace {

double log2_of_one_more(double shift) {
  constexpr double kLog2 = 0x1.62e42fefa39efp-1;
  return numerics::log(shift + 1) / kLog2;
}

}  // namespace

Measure distribution_log_measure() {
  Measure row = {"distribution-log", "log2 of 1 plus that shift (Zhang 2020)", [](const StepMeans& means) {
                   return LayerSensitivity{log2_of_one_more(means.weight_shift), log2_of_one_more(means.input_shift),
                                           log2_of_one_more(means.gradient_shift)};
                 }};
  row.needs_shifts = true;
  return row;
}

}  // namespace ampa::allocate
