// From the exact sums of one measured step to the sensitivities of a layer: AMPA eq. (9) for w and a, eq. (11) for g.
#pragma once

#include <cstdint>

#include "allocate/bit_allocation.h"

namespace ampa::allocate {

// The mean of |x - value of its code| over a tensor of `count` elements, from the sum of its errors in units of
// scale / 2^16.
inline double mean_error(std::int64_t error_q16, float scale, std::int64_t count) {
  return static_cast<double>(error_q16) * 0x1p-16 * scale / static_cast<double>(count);
}

// The mean magnitude of `count` values, from the sum of their magnitudes in units of `scale`.
inline double mean_magnitude(std::int64_t sum, float scale, std::int64_t count) {
  return static_cast<double>(sum) * scale / static_cast<double>(count);
}

// The means of one step that the sensitivities are products of.
struct StepMeans {
  double weight_error = 0, input_error = 0, gradient_error = 0;
  double input = 0, input_grad = 0, weight_grad = 0;  // input_grad stays 0 for a layer that passes no gradient on
  double weight_shift = 0, input_shift = 0, gradient_shift = 0;           // rule M6; 0 unless a measure asks for them
  double weight_relative = 0, input_relative = 0, gradient_relative = 0;  // rule M9, in the same way
};

inline LayerSensitivity step_sensitivity(const StepMeans& means) {
  return {means.weight_grad * means.weight_error, means.input_grad * means.input_error,
          means.weight_grad * means.gradient_error * means.input};
}

// Averages over the measured steps of an epoch, in the order of the steps.
class MeanSensitivity {
 public:
  void add(const LayerSensitivity& step) {
    sum_.w += step.w;
    sum_.a += step.a;
    sum_.g += step.g;
    ++num_steps_;
  }
  // Zero if no step was added.
  LayerSensitivity mean() const {
    if (num_steps_ == 0) return {};
    const auto count = static_cast<double>(num_steps_);
    return {sum_.w / count, sum_.a / count, sum_.g / count};
  }

 private:
  LayerSensitivity sum_;
  std::int64_t num_steps_ = 0;
};

}  // namespace ampa::allocate
