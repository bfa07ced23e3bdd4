// The inner loops of batch normalisation and of what follows it, per instruction set. They work on blocks of `rows`
// rows of `row_size` floats, in which every lane of a row, a (column, channel), has its own coefficient or its own sum.
// Every operation is rounded on its own, and a lane adds its rows in ascending order.
#pragma once

#include <cstdint>

namespace ampa::kernels {

// What is gathered per lane from the values of a tensor; row_size floats each.
struct ValueLanes {
  float* sum = nullptr;     // += x
  float* square = nullptr;  // += x * x
  float* low = nullptr;     // the smaller of itself and x
  float* high = nullptr;    // the larger
};

// What is gathered per lane from the gradient d of a normalised tensor x.
struct GradientLanes {
  float* sum = nullptr;      // += d
  float* product = nullptr;  // += d * x
  float* low = nullptr;      // the smaller of itself and d
  float* high = nullptr;     // the larger
};

// What a normalised value may go through: max(x, 0), and min(max(x, 0), 6); a NaN stays one.
enum class Rectify { kNone, kRelu, kRelu6 };

// Where the gradient of a ReLU passes: where its output is positive, and below 6 if that is its bound. The output is
// read (`output`), or computed again from the normalised tensor as x * slope + offset; with neither there is no ReLU.
struct GradientMask {
  const float* output = nullptr;                    // rows x row_size
  const float *slope = nullptr, *offset = nullptr;  // row_size
  bool below_six = false;
};

// One instruction set's loops.
struct NormKernels {
  void (*value_lanes)(const float* x, std::int64_t rows, std::int64_t row_size, const ValueLanes& lanes);

  // out = x * slope + offset, plus residual if it is not null, rectified.
  void (*normalise)(const float* x, const float* residual, std::int64_t rows, std::int64_t row_size, const float* slope,
                    const float* offset, Rectify rectify, float* out);

  // First clears d where the mask does not let it pass.
  void (*gradient_lanes)(float* d, const float* x, std::int64_t rows, std::int64_t row_size, const GradientMask& mask,
                         const GradientLanes& lanes);

  // out = d * slope + x * factor + offset
  void (*input_gradient)(const float* d, const float* x, std::int64_t rows, std::int64_t row_size, const float* slope,
                         const float* factor, const float* offset, float* out);
};

const NormKernels& active_norm();

}  // namespace ampa::kernels
