// The loops of activation.h, compiled once per instruction set (see elementwise_loops.h).
#pragma once

#include "kernels/activation.h"
#include "numerics/elementary32.h"
#include "numerics/exp64.h"

namespace ampa::kernels {
namespace {

constexpr float kSqrtHalf = 0x1.6a09e6p-1f;     // 1 / sqrt(2)
constexpr float kGaussFactor = 0x1.988454p-2f;  // 1 / sqrt(2 pi)
constexpr float kTanhFactor = 0x1.988454p-1f;   // sqrt(2 / pi)
constexpr float kTanhCubic = 0.044715f, kTanhCubicSlope = 0.134145f;

inline float gelu_erf(float x) {
  return (0.5f * x) * (1.0f + numerics::erf32(x * kSqrtHalf));
}
inline float gelu_erf_slope(float x) {
  const numerics::Erf32 at = numerics::erf_and_gauss32(x * kSqrtHalf);
  return 0.5f * (1.0f + at.erf) + x * (kGaussFactor * at.gauss);
}

inline float tanh_of_gelu(float x) {
  return numerics::tanh32(kTanhFactor * (x + kTanhCubic * (x * x * x)));
}
inline float gelu_tanh(float x) {
  return (0.5f * x) * (1.0f + tanh_of_gelu(x));
}
inline float gelu_tanh_slope(float x) {
  const float t = tanh_of_gelu(x);
  return 0.5f * (1.0f + t) + (0.5f * x) * ((1.0f - t * t) * (kTanhFactor * (1.0f + kTanhCubicSlope * (x * x))));
}

void exp_minus(const float* x, std::int64_t n, float offset, float* out) {
#pragma GCC ivdep  // out is x or lies apart
  for (std::int64_t i = 0; i < n; ++i) out[i] = numerics::exp32(x[i] - offset);
}

void exp_minus_in_double(const float* __restrict x, std::int64_t n, float offset, double* __restrict out) {
  const double from = offset;
  for (std::int64_t i = 0; i < n; ++i) out[i] = numerics::exp64_of_negative(static_cast<double>(x[i]) - from);
}

void gelu(const float* x, std::int64_t n, Gelu form, float* out) {
  if (form == Gelu::kErf) {
#pragma GCC ivdep
    for (std::int64_t i = 0; i < n; ++i) out[i] = gelu_erf(x[i]);
  } else {
#pragma GCC ivdep
    for (std::int64_t i = 0; i < n; ++i) out[i] = gelu_tanh(x[i]);
  }
}

void gelu_gradient(const float* d, const float* x, std::int64_t n, Gelu form, float* out) {
  if (form == Gelu::kErf) {
#pragma GCC ivdep
    for (std::int64_t i = 0; i < n; ++i) out[i] = d[i] * gelu_erf_slope(x[i]);
  } else {
#pragma GCC ivdep
    for (std::int64_t i = 0; i < n; ++i) out[i] = d[i] * gelu_tanh_slope(x[i]);
  }
}

}  // namespace
}  // namespace ampa::kernels
