#include "ir/scale_rate.h"

#include <algorithm>

#include "quant/deviation.h"

namespace ampa::ir {

void ScaleRate::run(Frame&, StepContext&) {
  const quant::ClippingRule& rule = *gradients_.rule.clipping.rule;
  float most = 0;
  for (Eigen::Index i = rule.deviation_at; i < gradients_.memory->size(); i += rule.memory)
    most = std::max(most, (*gradients_.memory)[i]);
  for (Parameter* parameter : parameters_)
    parameter->rate_factor = quant::rate_factor(most, scaling_.alpha, scaling_.beta);
}

}  // namespace ampa::ir
