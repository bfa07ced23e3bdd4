// The rate of a layer's parameters, scaled by how far its gradient's codes deviate.
#pragma once

#include <utility>
#include <vector>

#include "ir/instruction.h"
#include "ir/parameter.h"
#include "ir/recipe.h"
#include "ir/site.h"

namespace ampa::ir {

// Deviation-counteractive learning rate (UI8, Zhu et al. 2020, section 3.4): the rate of the layer's parameters is
// multiplied by phi(d_c) = max(exp(-alpha d_c), beta), d_c that of the last search of the gradient's range, the largest
// of those of groups. Runs behind the quantizer of the gradient.
class ScaleRate : public Instruction {
 public:
  ScaleRate(const Site& gradients, const RateScaling& scaling, std::vector<Parameter*> parameters)
      : Instruction({}, {}), gradients_(gradients), scaling_(scaling), parameters_(std::move(parameters)) {}

  void run(Frame& frame, StepContext& context) override;

 private:
  const Site& gradients_;
  RateScaling scaling_;
  std::vector<Parameter*> parameters_;
};

}  // namespace ampa::ir
