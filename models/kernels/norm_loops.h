// The loops of norm.h, compiled once per instruction set (see elementwise_loops.h). A strip of neighbouring lanes keeps
// its sums in registers over the rows of a block.
#pragma once

#include "kernels/elementwise_loops.h"
#include "kernels/fp32_loops.h"
#include "kernels/norm.h"

namespace ampa::kernels {
namespace {

constexpr int kStripVectors = kFp32Lanes == 16 ? 4 : 2;

// The vectors of a strip, or one float at the end of a row that is no whole strip.
struct Strip {
  static constexpr int kParts = kStripVectors, kStep = kFp32Lanes;
  using Part = Fp32Vector;
  static Part load(const float* x) { return *reinterpret_cast<const Fp32VectorAnywhere*>(x); }
  static void store(float* x, const Part& value) { *reinterpret_cast<Fp32VectorAnywhere*>(x) = value; }
  static Part zero() { return Part{}; }
};
struct Single {
  static constexpr int kParts = 1, kStep = 1;
  using Part = float;
  static Part load(const float* x) { return *x; }
  static void store(float* x, Part value) { *x = value; }
  static Part zero() { return 0.0f; }
};

// Calls visit(Strip or Single, first lane) until all lanes of a row are visited.
template <typename Visit>
inline void for_each_strip(std::int64_t row_size, const Visit& visit) {
  constexpr int kLanesOfStrip = Strip::kParts * Strip::kStep;
  std::int64_t lane = 0;
  for (; lane + kLanesOfStrip <= row_size; lane += kLanesOfStrip) visit(Strip{}, lane);
  for (; lane < row_size; ++lane) visit(Single{}, lane);
}

void value_lanes(const float* x, std::int64_t rows, std::int64_t row_size, const ValueLanes& lanes) {
  for_each_strip(row_size, [&](auto strip, std::int64_t lane) {
    using S = decltype(strip);
    typename S::Part sum[S::kParts], square[S::kParts], low[S::kParts], high[S::kParts];
#pragma GCC unroll 4
    for (int p = 0; p < S::kParts; ++p) {
      const std::int64_t i = lane + p * S::kStep;
      sum[p] = S::load(lanes.sum + i);
      square[p] = S::load(lanes.square + i);
      low[p] = S::load(lanes.low + i);
      high[p] = S::load(lanes.high + i);
    }
    for (std::int64_t row = 0; row < rows; ++row) {
#pragma GCC unroll 4
      for (int p = 0; p < S::kParts; ++p) {
        const typename S::Part value = S::load(x + row * row_size + lane + p * S::kStep);
        sum[p] += value;
        square[p] += value * value;
        low[p] = value < low[p] ? value : low[p];
        high[p] = value > high[p] ? value : high[p];
      }
    }
#pragma GCC unroll 4
    for (int p = 0; p < S::kParts; ++p) {
      const std::int64_t i = lane + p * S::kStep;
      S::store(lanes.sum + i, sum[p]);
      S::store(lanes.square + i, square[p]);
      S::store(lanes.low + i, low[p]);
      S::store(lanes.high + i, high[p]);
    }
  });
}

template <bool kResidual, Rectify kRectify>
inline void normalise_as(const float* x, const float* residual, std::int64_t rows, std::int64_t row_size,
                         const float* slope, const float* offset, float* out) {
  for (std::int64_t begin = 0; begin < rows * row_size; begin += row_size)
    for_each_strip(row_size, [&](auto strip, std::int64_t lane) {
      using S = decltype(strip);
#pragma GCC unroll 4
      for (int p = 0; p < S::kParts; ++p) {
        const std::int64_t i = lane + p * S::kStep;
        will_read(x + begin + i);
        if (kResidual) will_read(residual + begin + i);
        typename S::Part value = S::load(x + begin + i) * S::load(slope + i) + S::load(offset + i);
        if (kResidual) value += S::load(residual + begin + i);
        if (kRectify != Rectify::kNone) value = value < S::zero() ? S::zero() : value;
        if (kRectify == Rectify::kRelu6) value = value > S::zero() + 6.0f ? S::zero() + 6.0f : value;
        S::store(out + begin + i, value);
      }
    });
}

template <Rectify kRectify>
inline void normalise_rectified(const float* x, const float* residual, std::int64_t rows, std::int64_t row_size,
                                const float* slope, const float* offset, float* out) {
  if (residual != nullptr)
    normalise_as<true, kRectify>(x, residual, rows, row_size, slope, offset, out);
  else
    normalise_as<false, kRectify>(x, residual, rows, row_size, slope, offset, out);
}

void normalise(const float* x, const float* residual, std::int64_t rows, std::int64_t row_size, const float* slope,
               const float* offset, Rectify rectify, float* out) {
  if (rectify == Rectify::kNone)
    normalise_rectified<Rectify::kNone>(x, residual, rows, row_size, slope, offset, out);
  else if (rectify == Rectify::kRelu)
    normalise_rectified<Rectify::kRelu>(x, residual, rows, row_size, slope, offset, out);
  else
    normalise_rectified<Rectify::kRelu6>(x, residual, rows, row_size, slope, offset, out);
}

enum class Mask { kNone, kOutput, kAgain };

constexpr std::int64_t kRowsTogether = 4;  // whose sums stay in registers

template <Mask kMask, bool kBelowSix>
inline void gradient_lanes_as(float* d, const float* x, std::int64_t rows, std::int64_t row_size,
                              const GradientMask& mask, const GradientLanes& lanes) {
  for (std::int64_t first = 0; first < rows; first += kRowsTogether) {
    const std::int64_t end = first + kRowsTogether < rows ? first + kRowsTogether : rows;
    for_each_strip(row_size, [&](auto strip, std::int64_t lane) {
      using S = decltype(strip);
      typename S::Part sum[S::kParts], product[S::kParts], low[S::kParts], high[S::kParts];
#pragma GCC unroll 4
      for (int p = 0; p < S::kParts; ++p) {
        sum[p] = S::load(lanes.sum + lane + p * S::kStep);
        product[p] = S::load(lanes.product + lane + p * S::kStep);
        low[p] = S::load(lanes.low + lane + p * S::kStep);
        high[p] = S::load(lanes.high + lane + p * S::kStep);
      }
      for (std::int64_t row = first; row < end; ++row) {
#pragma GCC unroll 4
        for (int p = 0; p < S::kParts; ++p) {
          const std::int64_t i = lane + p * S::kStep, at = row * row_size + i;
          will_read(x + at);
          if (kMask == Mask::kOutput) will_read(mask.output + at);
          const typename S::Part value = S::load(x + at);
          typename S::Part gradient = S::load(d + at);
          if (kMask != Mask::kNone) {
            const typename S::Part output = kMask == Mask::kOutput
                                                ? S::load(mask.output + at)
                                                : value * S::load(mask.slope + i) + S::load(mask.offset + i);
            gradient = output > S::zero() ? gradient : S::zero();
            if (kBelowSix) gradient = output < S::zero() + 6.0f ? gradient : S::zero();
            S::store(d + at, gradient);
          }
          sum[p] += gradient;
          product[p] += gradient * value;
          low[p] = gradient < low[p] ? gradient : low[p];
          high[p] = gradient > high[p] ? gradient : high[p];
        }
      }
#pragma GCC unroll 4
      for (int p = 0; p < S::kParts; ++p) {
        S::store(lanes.sum + lane + p * S::kStep, sum[p]);
        S::store(lanes.product + lane + p * S::kStep, product[p]);
        S::store(lanes.low + lane + p * S::kStep, low[p]);
        S::store(lanes.high + lane + p * S::kStep, high[p]);
      }
    });
  }
}

template <bool kBelowSix>
inline void gradient_lanes_masked(float* d, const float* x, std::int64_t rows, std::int64_t row_size,
                                  const GradientMask& mask, const GradientLanes& lanes) {
  if (mask.output != nullptr)
    gradient_lanes_as<Mask::kOutput, kBelowSix>(d, x, rows, row_size, mask, lanes);
  else
    gradient_lanes_as<Mask::kAgain, kBelowSix>(d, x, rows, row_size, mask, lanes);
}

void gradient_lanes(float* d, const float* x, std::int64_t rows, std::int64_t row_size, const GradientMask& mask,
                    const GradientLanes& lanes) {
  if (mask.output == nullptr && mask.slope == nullptr)
    gradient_lanes_as<Mask::kNone, false>(d, x, rows, row_size, mask, lanes);
  else if (mask.below_six)
    gradient_lanes_masked<true>(d, x, rows, row_size, mask, lanes);
  else
    gradient_lanes_masked<false>(d, x, rows, row_size, mask, lanes);
}

void input_gradient(const float* d, const float* x, std::int64_t rows, std::int64_t row_size, const float* slope,
                    const float* factor, const float* offset, float* out) {
  for (std::int64_t begin = 0; begin < rows * row_size; begin += row_size)
    for_each_strip(row_size, [&](auto strip, std::int64_t lane) {
      using S = decltype(strip);
#pragma GCC unroll 4
      for (int p = 0; p < S::kParts; ++p) {
        const std::int64_t i = lane + p * S::kStep;
        will_read(d + begin + i);
        will_read(x + begin + i);
        S::store(out + begin + i, S::load(d + begin + i) * S::load(slope + i) +
                                      S::load(x + begin + i) * S::load(factor + i) + S::load(offset + i));
      }
    });
}

}  // namespace
}  // namespace ampa::kernels
