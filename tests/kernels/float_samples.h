// Floats that quantizers meet, ordinary ones and special ones.
#pragma once

#include <cstring>
#include <limits>
#include <random>
#include <vector>

namespace ampa::kernels::testing {

inline float float_from_bits(std::uint32_t bits) {
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

inline std::uint32_t bits_of(float x) {
  std::uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

// n finite floats: uniform in [-range, range], with multiples of a half step (ties) and, if wanted, denormals, zeros of
// both signs, and magnitudes up to the largest float sprinkled in.
inline std::vector<float> finite_floats(std::size_t n, float range, float step, bool special, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<float> x(n);
  for (float& value : x) {
    const std::uint64_t bits = random();
    const float uniform = static_cast<float>(static_cast<std::int32_t>(bits)) * 0x1p-31f * range;
    switch (bits >> 60) {
      case 0:
        value = static_cast<float>(static_cast<std::int32_t>((bits >> 32) % 1001) - 500) * 0.5f * step;
        break;
      case 1: {
        const float any = float_from_bits(static_cast<std::uint32_t>(bits));
        value = special && any - any == 0.0f ? any : uniform;
        break;
      }
      case 2:
        value = special ? float_from_bits(static_cast<std::uint32_t>(bits) & 0x807FFFFFu) : uniform;
        break;
      case 3:
        value = special ? ((bits & 1) != 0 ? -0.0f : 0.0f) : uniform;
        break;
      case 4:
        value = special ? ((bits & 1) != 0 ? -1.0f : 1.0f) * std::numeric_limits<float>::max() : uniform;
        break;
      default:
        value = uniform;
    }
  }
  return x;
}

}  // namespace ampa::kernels::testing
