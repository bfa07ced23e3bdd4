#include "numerics/elementary.h"

#include <cstdint>
#include <cstring>
#include <limits>

#include "numerics/exp64.h"

namespace ampa::numerics {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// pi/2 as a sum of three times 33 bits and 53 bits: products of the first three with integers below 2^20 are exact.
constexpr double kHalfPi[4] = {0x1.921fb544p+0, 0x1.0b4611a6p-34, 0x1.3198a2ep-69, 0x1.b839a252049c1p-104};
constexpr double kTwoOverPi = 0x1.45f306dc9c883p-1;

std::uint64_t bits_of(double x) {
  std::uint64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

double from_bits(std::uint64_t bits) {
  double x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

// 2^n for a normal result, -1022 <= n <= 1023.
double power_of_two(std::int64_t n) {
  return from_bits(static_cast<std::uint64_t>(n + 1023) << 52);
}

// The nearest integer, ties to even, of |x| < 2^51.
double nearest_integer(double x) {
  return (x + 0x1.8p52) - 0x1.8p52;
}

// x * 2^n, rounded once, for x in [0.5, 2) and -1100 <= n <= 1024.
double scale(double x, std::int64_t n) {
  if (n > 1023) return x * power_of_two(n - 1) * 2;
  if (n >= -1022) return x * power_of_two(n);
  return x * power_of_two(n + 100) * power_of_two(-100);
}

// The sum of term^i * coefficient(i) for i = 0 .. last, by Horner's rule.
template <typename Coefficient>
double polynomial(double term, int last, const Coefficient& coefficient) {
  double sum = coefficient(last);
  for (int i = last - 1; i >= 0; --i) sum = sum * term + coefficient(i);
  return sum;
}

// The coefficients of a Taylor series, tabled by the compiler.
template <int kSize>
struct Table {
  double values[kSize];
  constexpr double operator()(int i) const { return values[i]; }
};

template <int kSize, typename Coefficient>
constexpr Table<kSize> table(const Coefficient& coefficient) {
  Table<kSize> result{};
  for (int i = 0; i < kSize; ++i) result.values[i] = coefficient(i);
  return result;
}

struct Sum {
  double high, low;
};

// a - b without an error: high + low.
Sum exact_difference(double a, double b) {
  const double high = a - b;
  const double b_part = a - high;
  const double a_part = high + b_part;
  return {high, (a - a_part) + (b_part - b)};
}

// The cosine and, below, the sine of x.high + x.low, |x.high| < 0.79.
double cos_of_reduced(Sum x) {
  constexpr auto kTerms = table<9>([](int i) { return (i % 2 == 0 ? 1 : -1) * inverse_factorial(2 * i + 4); });
  const double square = x.high * x.high;
  const double half = 0.5 * square;
  const double head = 1 - half;
  return head + (((1 - head) - half) + (square * square * polynomial(square, 8, kTerms) - x.high * x.low));
}

double sin_of_reduced(Sum x) {
  constexpr auto kTerms = table<9>([](int i) { return (i % 2 == 0 ? -1 : 1) * inverse_factorial(2 * i + 3); });
  const double square = x.high * x.high;
  return x.high + (square * x.high * polynomial(square, 8, kTerms) + x.low * (1 - 0.5 * square));
}

}  // namespace

double exp(double x) {
  if (x != x) return kNaN;
  if (x > 709.782712893384) return kInfinity;
  if (x < kExp64Low) return 0;
  const ReducedExp e = reduced_exp64(x);
  return scale(e.value, static_cast<std::int64_t>(e.power));
}

double log(double x) {
  constexpr auto kTerms = table<11>([](int i) { return 2.0 / (2 * i + 3); });
  if (x != x || x < 0) return kNaN;
  if (x == 0) return -kInfinity;
  if (x == kInfinity) return kInfinity;
  std::int64_t exponent = 0;
  if (x < 0x1p-1022) {
    x *= 0x1p54;
    exponent = -54;
  }
  // x = 2^exponent * (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)).
  constexpr std::int64_t kSqrtHalf = 0x3FE6A09E667F3BCD;
  const auto bits = static_cast<std::int64_t>(bits_of(x));
  const std::int64_t shift = (bits - kSqrtHalf) >> 52;
  exponent += shift;
  const double f = from_bits(static_cast<std::uint64_t>(bits - shift * (std::int64_t{1} << 52))) - 1;
  // log(1 + f) = 2 atanh(s) with s = f / (2 + f), = f - s * (f - series): f carries the leading bits exactly.
  const double s = f / (2 + f);
  const double square = s * s;
  const double series = square * polynomial(square, 10, kTerms);
  const double half = 0.5 * f * f;
  const auto n = static_cast<double>(exponent);
  return n * kLn2HighPart - ((half - (s * (half + series) + n * kLn2LowPart)) - f);
}

double cos(double x) {
  if (!(x >= -kCosLimit && x <= kCosLimit)) return kNaN;
  const double n = nearest_integer(x * kTwoOverPi);
  const Sum second = exact_difference(x - n * kHalfPi[0], n * kHalfPi[1]);
  const Sum third = exact_difference(second.high, n * kHalfPi[2]);
  const Sum fourth = exact_difference(third.high, n * kHalfPi[3] - (second.low + third.low));
  switch (static_cast<std::int64_t>(n) & 3) {
    case 0:
      return cos_of_reduced(fourth);
    case 1:
      return -sin_of_reduced(fourth);
    case 2:
      return -cos_of_reduced(fourth);
    default:
      return sin_of_reduced(fourth);
  }
}

}  // namespace ampa::numerics
