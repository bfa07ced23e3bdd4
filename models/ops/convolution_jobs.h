// What the integer forms of a convolution share: its parameters, its three jobs, and the weights as they lie in the
// second.
#pragma once

#include <string>

#include "ir/builder.h"
#include "ops/conv_geometry.h"

namespace ampa::ops {

struct ConvParameters {
  ir::Parameter& weights;
  ir::Parameter* bias = nullptr;
};

// Weights as the data gradient's product reads them.
class RotateCodes : public ir::Instruction {
 public:
  RotateCodes(const ConvGeometry& geometry, const ir::Codes& weights, ir::Codes& rotated)
      : Instruction({}, {}), geometry_(geometry), weights_(weights), rotated_(rotated) {}

  void run(ir::Frame&, ir::StepContext&) override;

 private:
  quant::ScaleGroups rotated_groups() const;

  ConvGeometry geometry_;
  const ir::Codes& weights_;
  ir::Codes& rotated_;
};

// The three jobs in the table of gemm::GemmJob.
class ConvolutionJobs {
 public:
  ConvolutionJobs(const std::string& layer, const ConvGeometry& geometry) : layer_(layer), g_(geometry) {}

  ir::StepMatmul forward(const ir::Codes& input, const ir::Codes& weights) const;
  ir::StepMatmul data_gradient(const ir::Codes& gradient, const ir::Codes& rotated) const;
  ir::StepMatmul weight_gradient(const ir::Codes& gradient, const ir::Codes& input) const;

 private:
  gemm::BatchWindow groups_of(std::int64_t extent) const;
  gemm::Operand window(const ir::Shape& positions, const ir::Shape& from) const;
  gemm::Operand patches() const;
  gemm::Operand kernel(const ir::Shape& to) const;
  gemm::Operand taps() const { return {nullptr, g_.kernel.y, g_.kernel.x}; }

  std::string layer_;
  ConvGeometry g_;
};

}  // namespace ampa::ops
