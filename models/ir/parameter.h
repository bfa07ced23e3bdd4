// What a network keeps from step to step.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <string>
#include <vector>

namespace ampa::ir {

// A trained tensor: its value, the gradient of the last backward pass, and the optimizer's velocity, all row-major.
struct Parameter {
  std::string name;
  std::vector<std::int64_t> shape;
  Eigen::ArrayXf value, gradient, velocity;
};

// A state that is kept with the parameters but not trained: batch norm's running statistics.
struct Buffer {
  std::string name;
  Eigen::ArrayXf* value = nullptr;
};

}  // namespace ampa::ir
