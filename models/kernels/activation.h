// The inner loops of activation functions, per instruction set; the scalar definitions are in numerics/elementary32.h.
// n >= 0 counts elements; out may be x or d.
#pragma once

#include <cstdint>

namespace ampa::kernels {

enum class Gelu { kErf, kTanh };

struct ActivationKernels {
  // out = exp32(x - offset)
  void (*exp_minus)(const float* x, std::int64_t n, float offset, float* out);

  // out[i] = numerics::exp(double(x[i]) - double(offset)), where x[i] is not above offset
  void (*exp_minus_in_double)(const float* x, std::int64_t n, float offset, double* out);

  // x * Phi(x), Phi the normal distribution: rule N1 of NUMERICS.md, kTanh: N2.
  void (*gelu)(const float* x, std::int64_t n, Gelu form, float* out);

  // d times the derivative at x.
  void (*gelu_gradient)(const float* d, const float* x, std::int64_t n, Gelu form, float* out);
};

const ActivationKernels& active_activation();

}  // namespace ampa::kernels
