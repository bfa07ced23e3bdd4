// Random draws of the units' inputs: floats and integers of every kind, those on which one bit decides among them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <utility>

#include "rtl/units/stimuli.h"

namespace ampa::rtl {

// Nothing is drawn twice in one expression whose order the language leaves open.
class Draw {
 public:
  explicit Draw(const StimulusPlan& plan) : plan_(plan), random_(plan.seed) {}

  std::uint64_t bits64() { return random_(); }
  std::uint32_t bits32() { return static_cast<std::uint32_t>(random_() >> 32); }
  std::int64_t uniform(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool one_in(std::int64_t n) { return uniform(1, n) == 1; }
  // A float of [-1, 1).
  float unit() { return static_cast<float>(static_cast<std::int32_t>(bits32())) * 0x1p-31f; }

  static constexpr std::int64_t kMaxTensor = 40;

  // Calls on_tensor(size, is_new_mode) until there are num_inputs elements.
  template <class OnTensor>
  void tensors(const OnTensor& on_tensor) {
    bool is_new_mode = true;
    for (std::int64_t total = 0; total < plan_.num_inputs; is_new_mode = plan_.switch_modes) {
      const std::int64_t size = one_in(4) ? 1 : uniform(1, kMaxTensor);
      on_tensor(size, is_new_mode);
      total += size;
    }
  }

  // Any finite float, a third of them special.
  std::uint32_t finite_bits() {
    switch (uniform(0, 8)) {
      case 0:
        return bits32() & 0x80000000u;  // zero
      case 1:
        return bits32() & 0x807FFFFFu;  // denormal
      case 2:
        return (bits32() & 0x80000000u) | 0x7F7FFFFFu;  // the largest
      default: {
        const std::uint32_t bits = bits32();
        return (bits & 0x7F800000u) == 0x7F800000u ? bits & 0xBFFFFFFFu : bits;
      }
    }
  }

  // Fraction bits of a float, two of them set, or one, or none.
  std::uint32_t few_fraction_bits() {
    const std::uint32_t one = 1u << uniform(0, 22);
    return one_in(3) ? 0 : one_in(2) ? one : one | 1u << uniform(0, 22);
  }

  // Fractions of two significands (24 bits) whose product has bit 23 + right set and below it bit `lost` only: shifted
  // to the right by `right`, a tie that the lost bit decides. Any fractions if some tries find none.
  std::pair<std::uint32_t, std::uint32_t> factors_of_a_tie(int right, int lost) {
    const int shift_x = lost / 2, shift_y = lost - shift_x, top_x = 23 - shift_x, top_y = 23 - shift_y;
    const std::uint64_t wanted = (std::uint64_t{1} << (23 + right - lost)) + 1;
    const int num_known = 24 + right - lost;  // bits of y that the product asks for; the others are free
    const auto below = [](int bit) { return (std::uint64_t{1} << bit) - 1; };
    std::uint64_t x = 1, y = 1;
    for (int tries = 0; tries < 4096; ++tries) {
      x = std::uint64_t{1} << top_x | (bits32() & below(top_x)) | 1;
      std::uint64_t inverse = x;  // modulo 2^64, doubling the bits that are right
      for (int round = 0; round < 5; ++round) inverse *= 2 - x * inverse;
      y = wanted * inverse & below(num_known);
      if (num_known <= top_y) y |= std::uint64_t{1} << top_y | (bits64() << num_known & below(top_y));
      if (y >> top_y == 1) break;
    }
    return {static_cast<std::uint32_t>(x << shift_x) & 0x007FFFFFu,
            static_cast<std::uint32_t>(y << shift_y) & 0x007FFFFFu};
  }

  // Zeros, infinities, and what is one or two bits away from them.
  std::uint32_t edge_bits() {
    const std::uint32_t exponents[] = {0, 0x7F800000u, bits32() & 0x7F800000u};
    const std::uint32_t exponent = exponents[uniform(0, 2)];
    return (bits32() & 0x80000000u) | exponent | few_fraction_bits();
  }

  // A 64-bit integer of any magnitude up to 2^limit, powers of two and their neighbours among them.
  std::int64_t integer(int limit) {
    const auto shift = static_cast<int>(uniform(64 - limit, 63));
    const bool is_negative = one_in(2);
    std::int64_t magnitude = static_cast<std::int64_t>(bits64() >> shift);
    if (one_in(4)) magnitude = (std::int64_t{1} << (63 - shift)) + uniform(-1, 1);
    if (limit > 26 && one_in(4)) {  // a tie of 24 significant bits that one bit below decides
      const std::int64_t top = uniform(26, limit - 1);
      magnitude = std::int64_t{1} << top | std::int64_t{1} << (top - 24) | std::int64_t{1} << uniform(0, top - 25);
    }
    return is_negative ? -magnitude : magnitude;
  }

  // An integer of up to `limit` bits, one to three of them set: whether it is exact in FP32, or a tie, is up to one
  // bit.
  std::int64_t few_bits(int limit) {
    std::int64_t magnitude = 0;
    for (int i = 0; i < 3; ++i) magnitude |= std::int64_t{1} << uniform(0, limit - 1);
    return one_in(2) ? -magnitude : magnitude;
  }

  // Gives two floats exponents of a sum, 2 to 508.
  void exponents(std::uint32_t& a, std::uint32_t& b, std::int64_t sum) {
    const std::int64_t of_a = uniform(std::max<std::int64_t>(sum - 254, 1), std::min<std::int64_t>(sum - 1, 254));
    a = (a & 0x807FFFFFu) | static_cast<std::uint32_t>(of_a) << 23;
    b = (b & 0x807FFFFFu) | static_cast<std::uint32_t>(sum - of_a) << 23;
  }

  // A positive float with an exponent of [low, high].
  float magnitude(std::int64_t low, std::int64_t high) {
    const auto exponent = static_cast<int>(uniform(low, high));
    return std::ldexp(1.5f + 0.5f * unit(), exponent);
  }

 private:
  StimulusPlan plan_;
  std::mt19937_64 random_;
};

}  // namespace ampa::rtl
