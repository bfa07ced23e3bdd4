// What a network keeps from step to step.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <string>
#include <vector>

namespace ampa::ir {

// A trained tensor: its value, and the gradient of the last backward pass, row-major.
struct Parameter {
  std::string name;
  std::vector<std::int64_t> shape;
  Eigen::ArrayXf value, gradient;
  double rate_factor = 1;  // of the rate, at this step
  int fraction_bits = 0;   // of those that are kept in fixed point (optim/fixed_point_store.h); 0: FP32
};

// A state that is kept with the parameters but not trained: batch norm's running statistics, what clipping rules keep.
struct Buffer {
  std::string name;
  Eigen::ArrayXf* value = nullptr;
  bool is_of_model = true;  // else it serves training alone
};

}  // namespace ampa::ir
