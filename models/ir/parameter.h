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
  double rate_factor = 1;    // of the rate, at this step
  bool is_of_width = false;  // one of its own for every width that is trained (Recipe::double_rounding)
  bool is_scale = false;     // of a quantizer: without weight decay
  int fraction_bits = 0;     // of those that are kept in fixed point (optim/fixed_point_store.h); 0: FP32
  // Not null: its values before training, one for each row of that one's, are the rows' mean magnitudes (rule X5 of
  // NUMERICS.md).
  const Parameter* starts_from = nullptr;
};

// The mean |x| of every row of values in `rows` rows: a double that adds them in ascending order, divided by their
// number and rounded once.
Eigen::ArrayXf mean_magnitudes(const Eigen::ArrayXf& values, std::int64_t rows);

// Whom a buffer serves: whoever uses the model, that at one of the widths that are trained together, or training alone.
enum class BufferOf { kModel, kWidth, kTraining };

// A state that is kept with the parameters but not trained: batch norm's running statistics, what clipping rules keep.
struct Buffer {
  std::string name;
  Eigen::ArrayXf* value = nullptr;
  BufferOf of = BufferOf::kModel;
};

}  // namespace ampa::ir
