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
  // Not null: its values before training, one for each row of that one's, are the rows' mean magnitudes (rule X5 of
  // NUMERICS.md).
  const Parameter* starts_from = nullptr;
};

// The mean |x| of every row of values in `rows` rows: a double that adds them in ascending order, divided by their
// number and rounded once.
Eigen::ArrayXf mean_magnitudes(const Eigen::ArrayXf& values, std::int64_t rows);

// A state that is kept with the parameters but not trained: batch norm's running statistics.
struct Buffer {
  std::string name;
  Eigen::ArrayXf* value = nullptr;
};

}  // namespace ampa::ir
