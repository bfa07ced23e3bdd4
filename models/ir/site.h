// Where tensors are quantized, and the codes that come of it.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <string>
#include <vector>

#include "gemm/code_tensor.h"
#include "kernels/kernels.h"
#include "numerics/quantizer.h"
#include "quant/scale_groups.h"
#include "quant/tensor_rule.h"

namespace ampa::ir {

// A place where a tensor is quantized, and by which rule.
struct Site {
  std::string layer;
  OperandKind kind = OperandKind::kWeight;
  std::uint32_t tensor_index = 0;  // addresses its random bits: rules R6 and R8 of NUMERICS.md
  Bits bits = kMaxBits;
  // Of weights the images are the output channels. A scale along K of a job that reads the codes is refused when it
  // runs.
  quant::ScaleAxis scale_axis = quant::ScaleAxis::kNone;
  quant::TensorRule rule = {};
  Eigen::ArrayXf* memory = nullptr;  // what the rule keeps from step to step; null: nothing
  bool is_second = false;            // another one of the layer quantizes the same tensor
};

// What a quantizer made of a tensor.
struct Codes {
  gemm::CodeTensor tensor;
  numerics::QuantParams params;
  quant::ScaleGroups groups;                          // grouped: they stand in place of `params`
  std::vector<kernels::QuantizationSums> group_sums;  // and these in place of `sums`
  kernels::QuantizationSums sums;                     // zero if nothing is measured
  std::int64_t count = 0;                             // of values
  double shift = 0, relative_error = 0;               // rules M6 and M9; where a context's measures need them
  std::vector<double> errors;                         // value - x; where a context takes first-order terms

  // Of the values, by rules M3 and M5; 0 if nothing was measured.
  double mean_error() const;
  double mean_magnitude() const;

  quant::ScaleGroups scales() const {
    return groups.is_grouped() ? groups : quant::ScaleGroups{quant::ScaleAxis::kNone, {params}};
  }
};

}  // namespace ampa::ir
