// The three products of a convolution or linear layer in FP32. They run in kernels/fp32_conv.h, whose summation order
// is fixed.
#pragma once

#include <memory>

#include "ir/instruction.h"
#include "ir/parameter.h"
#include "ops/conv_geometry.h"

namespace ampa::ops {

// A tensor of the layer with what lies around and between its positions: one memory for the three products.
using SharedGrid = std::shared_ptr<ir::FloatArray>;

// The bias, if not null, is added after the products.
class Fp32Forward : public ir::Instruction {
 public:
  Fp32Forward(const ConvGeometry& geometry, ir::ValueId input, const ir::Parameter& weights, const ir::Parameter* bias,
              ir::ValueId output, SharedGrid grid)
      : Instruction({input}, {output}), g_(geometry), weights_(weights), bias_(bias), grid_(std::move(grid)) {}
  void run(ir::Frame& frame, ir::StepContext& context) override;

 private:
  ConvGeometry g_;
  const ir::Parameter& weights_;
  const ir::Parameter* bias_;
  SharedGrid grid_;
};

class Fp32WeightGradient : public ir::Instruction {
 public:
  Fp32WeightGradient(const ConvGeometry& geometry, ir::ValueId input, ir::ValueId gradient, ir::Parameter& weights,
                     SharedGrid grid)
      : Instruction({input, gradient}, {}), g_(geometry), weights_(weights), grid_(std::move(grid)) {}
  void run(ir::Frame& frame, ir::StepContext& context) override;

 private:
  ConvGeometry g_;
  ir::Parameter& weights_;
  SharedGrid grid_;
};

class Fp32DataGradient : public ir::Instruction {
 public:
  // `shape` is that of the input's value.
  Fp32DataGradient(const ConvGeometry& geometry, ir::ValueId gradient, const ir::Parameter& weights, ir::ValueId target,
                   const ir::Shape& shape, SharedGrid grid)
      : Instruction({gradient}, {target}), g_(geometry), shape_(shape), weights_(weights), grid_(std::move(grid)) {}
  void run(ir::Frame& frame, ir::StepContext& context) override;

 private:
  ConvGeometry g_;
  ir::Shape shape_;
  const ir::Parameter& weights_;
  SharedGrid grid_;
  Eigen::ArrayXf rotated_;
};

}  // namespace ampa::ops
