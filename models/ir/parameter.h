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
};

// A state that is kept with the parameters but not trained: batch norm's running statistics.
struct Buffer {
  std::string name;
  Eigen::ArrayXf* value = nullptr;
};

}  // namespace ampa::ir
