// Weights on codes as the product of a data gradient reads them: turned by 180 degrees, channels exchanged.
#pragma once

#include "ir/instruction.h"
#include "ir/site.h"
#include "ops/conv_geometry.h"

namespace ampa::ops {

class RotateCodes : public ir::Instruction {
 public:
  RotateCodes(const ConvGeometry& geometry, const ir::Codes& weights, ir::Codes& rotated)
      : Instruction({}, {}), geometry_(geometry), weights_(weights), rotated_(rotated) {}

  void run(ir::Frame& frame, ir::StepContext& context) override;

 private:
  quant::ScaleGroups rotated_groups() const;

  ConvGeometry geometry_;
  const ir::Codes& weights_;
  ir::Codes& rotated_;
};

}  // namespace ampa::ops
