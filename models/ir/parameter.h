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
};

// Whom a buffer serves: whoever uses the model, that at one of the widths that are trained together, or training alone.
enum class BufferOf { kModel, kWidth, kTraining };

// A state that is kept with the parameters but not trained: batch norm's running statistics, what clipping rules keep.
struct Buffer {
  std::string name;
  Eigen::ArrayXf* value = nullptr;
  BufferOf of = BufferOf::kModel;
};

}  // namespace ampa::ir
