// exp, tanh and erf in FP32 for whole tensors: +, -, *, / and operations on bits, each rounded once, without branches,
// so that loops around them vectorise and every instruction set gives the same bits. Rules E7 to E10 of NUMERICS.md.
#pragma once

#include <cstdint>

namespace ampa::numerics {

// Internal linkage, for the files that are compiled once per instruction set.
namespace {

inline std::uint32_t bits_of32(float x) {
  std::uint32_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return bits;
}

inline float float_of32(std::uint32_t bits) {
  float x;
  __builtin_memcpy(&x, &bits, sizeof x);
  return x;
}

inline float magnitude32(float x) {
  return float_of32(bits_of32(x) & 0x7FFFFFFFu);
}

// The magnitude of the first with the sign of the second.
inline float with_sign32(float magnitude, float sign) {
  return float_of32((bits_of32(magnitude) & 0x7FFFFFFFu) | (bits_of32(sign) & 0x80000000u));
}

// e^x to within 1.1 ulp. +infinity above 88.722831, +0 below -87.33654 (a result that would be denormal), NaN for NaN.
constexpr float kExp32High = 0x1.62e42ep+6f, kExp32Low = -0x1.5d589ep+6f;
inline float exp32(float x) {
  constexpr float kShift = 0x1.8p23f;     // adding it leaves no fraction bits
  constexpr float kLn2High = 0x1.63p-1f;  // times integers below 2^15 without an error
  constexpr float kLn2Low = -0x1.bd0106p-13f;
  const float low = x < kExp32Low ? kExp32Low : x;
  const float bounded = kExp32High < low ? kExp32High : low;
  const float shifted = bounded * 0x1.715476p+0f + kShift;
  const float n = shifted - kShift;
  const float r = (bounded - n * kLn2High) - n * kLn2Low;  // |r| < 0.3467
  float p = 1.0f / 5040;
  p = p * r + 1.0f / 720;
  p = p * r + 1.0f / 120;
  p = p * r + 1.0f / 24;
  p = p * r + 1.0f / 6;
  p = p * r + 0.5f;
  const float head = 1.0f + (r + r * r * p);
  const std::uint32_t exponent = bits_of32(shifted) - bits_of32(kShift);  // n, in two's complement
  const std::uint32_t half = static_cast<std::uint32_t>(static_cast<std::int32_t>(exponent) >> 1);
  const float result = head * float_of32((half + 127u) << 23) * float_of32((exponent - half + 127u) << 23);
  const float above = kExp32High < x ? float_of32(0x7F800000u) : result;
  return x < kExp32Low ? 0.0f : above;
}

// The hyperbolic tangent to within 1.4 ulp; odd, 1 from 9.1 on, NaN for NaN.
inline float tanh32(float x) {
  const float t = magnitude32(x), square = x * x;
  const float bounded = 10.0f < t ? 10.0f : t;
  const float large = 1.0f - 2.0f / (exp32(bounded + bounded) + 1.0f);
  float p = 2.269501684e-3f;
  p = p * square - 8.323187058e-3f;
  p = p * square + 2.176250291e-2f;
  p = p * square - 5.395846163e-2f;
  p = p * square + 0.1333330015f;
  p = p * square - 0.3333333315f;
  const float small = t + t * (square * p);
  return with_sign32(t < 0.625f ? small : large, x);
}

// The error function and the Gaussian exp32(-x * x) that it is made of.
struct Erf32 {
  float erf, gauss;
};

// erf to within 1.5 ulp; odd, 1 from 4 on, NaN for NaN.
inline Erf32 erf_and_gauss32(float x) {
  const float t = magnitude32(x), square = x * x;
  const float gauss = exp32(-square);
  float p = -9.667044571e-6f;  // below 1: x + x * p(x^2)
  p = p * square + 1.126595903e-4f;
  p = p * square - 8.484080406e-4f;
  p = p * square + 5.221031808e-3f;
  p = p * square - 2.686543073e-2f;
  p = p * square + 0.112837825f;
  p = p * square - 0.3761263847f;
  p = p * square + 0.1283791671f;
  const float small = t + t * p;
  const float v = (4.0f < t ? 4.0f : t) - 2.0f;  // from 1 on: 1 - exp(-x^2) * q(x - 2)
  float q = 1.611890749e-6f;
  q = q * v - 1.443731602e-5f;
  q = q * v + 6.152370799e-5f;
  q = q * v - 1.939646435e-4f;
  q = q * v + 5.90959616e-4f;
  q = q * v - 1.823158088e-3f;
  q = q * v + 5.439292238e-3f;
  q = q * v - 1.546340816e-2f;
  q = q * v + 4.180330357e-2f;
  q = q * v - 0.1067962096f;
  q = q * v + 0.2553956548f;
  const float large = 1.0f - gauss * q;
  return {with_sign32(t < 1.0f ? small : large, x), gauss};
}

inline float erf32(float x) {
  return erf_and_gauss32(x).erf;
}

}  // namespace
}  // namespace ampa::numerics
