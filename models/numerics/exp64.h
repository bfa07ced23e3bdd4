// The heart of numerics::exp, without branches, so that loops around it vectorise: rule E2 of NUMERICS.md.
#pragma once

#include <cstdint>

namespace ampa::numerics {

// Internal linkage, for the files that are compiled once per instruction set.
namespace {

constexpr double kExp64Low = -745.13321910194122;  // below it e^x is +0

// ln 2 as a sum of 42 and 53 bits: products of the first with integers below 2^11 are exact.
constexpr double kLn2HighPart = 0x1.62e42fefa38p-1, kLn2LowPart = 0x1.ef35793c7673p-45;

constexpr double inverse_factorial(int n) {
  double factorial = 1;  // exact up to 22!
  for (int i = 2; i <= n; ++i) factorial *= i;
  return 1 / factorial;
}

// e^x = value * 2^power for finite x with |x| < 746; power in two's complement.
struct ReducedExp {
  double value;
  std::uint64_t power;
};

inline ReducedExp reduced_exp64(double x) {
  // 1/2!, 1/3! ... 1/13!: a Taylor series without its first two terms.
  constexpr double kTerms[] = {inverse_factorial(2),  inverse_factorial(3),  inverse_factorial(4),
                               inverse_factorial(5),  inverse_factorial(6),  inverse_factorial(7),
                               inverse_factorial(8),  inverse_factorial(9),  inverse_factorial(10),
                               inverse_factorial(11), inverse_factorial(12), inverse_factorial(13)};
  constexpr double kLog2E = 0x1.71547652b82fep+0, kShift = 0x1.8p52;  // adding it leaves no fraction bits
  const double shifted = x * kLog2E + kShift, n = shifted - kShift;
  const double high = x - n * kLn2HighPart;
  const double low = n * kLn2LowPart;
  const double rest = high - low;  // |rest| < 0.3466
  const double error = (high - rest) - low;
  const double head = 1 + rest;
  const double tail = (1 - head) + rest;
  double polynomial = kTerms[11];
#pragma GCC unroll 11
  for (int i = 10; i >= 0; --i) polynomial = polynomial * rest + kTerms[i];
  std::uint64_t bits, shift_bits;
  __builtin_memcpy(&bits, &shifted, sizeof bits);
  __builtin_memcpy(&shift_bits, &kShift, sizeof shift_bits);
  return {head + (tail + (error + rest * rest * polynomial)), bits - shift_bits};
}

// numerics::exp(x) for x <= 0 and for NaN.
inline double exp64_of_negative(double x) {
  const ReducedExp e = reduced_exp64(x < kExp64Low ? kExp64Low : x);
  // In two steps, of which the first is exact, so that a denormal result is rounded once.
  constexpr std::uint64_t kStep = 100;
  const std::uint64_t bits = (e.power + 1023 + kStep) << 52;
  double factor;
  __builtin_memcpy(&factor, &bits, sizeof factor);
  const double result = e.value * factor * 0x1p-100;
  return x < kExp64Low ? 0.0 : result;
}

}  // namespace
}  // namespace ampa::numerics
