// Stochastic rounding, compiled once per instruction set (see elementwise_loops.h).
#pragma once

#include "kernels/elementwise_loops.h"
#include "kernels/philox_lanes.h"

namespace ampa::kernels {
namespace {

constexpr int kBlocksTogether = 16;                     // Philox blocks computed side by side
constexpr int kElementsTogether = 8 * kBlocksTogether;  // a block of 128 bits serves eight elements

inline void round_stochastically(const float* __restrict x, std::int64_t n, float inv_scale, float low, float high,
                                 const std::uint16_t* __restrict random16, std::uint8_t* __restrict codes) {
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int32_t fixed = floor_to_int(clamp_float(x[i] * inv_scale, low, high) * 0x1p16f);
    codes[i] = static_cast<std::uint8_t>((fixed + static_cast<std::int32_t>(random16[i])) >> 16);
  }
}

void quantize_stochastic(const float* x, std::int64_t n, const numerics::QuantParams& params,
                         const numerics::RandomStream& stream, std::uint64_t first, std::uint8_t* codes) {
  static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "an even element takes the low half of its word");
  const float inv_scale = params.inv_scale;
  const float low = static_cast<float>(params.min_code - params.zero_point);
  const float high = static_cast<float>(params.max_code - params.zero_point);
  alignas(64) std::uint32_t words[kElementsTogether / 2];
  alignas(64) std::uint16_t random16[kElementsTogether];
  for (std::int64_t done = 0; done < n;) {
    const std::uint64_t element = first + static_cast<std::uint64_t>(done);
    const std::int64_t offset = static_cast<std::int64_t>(element & 7);
    for (int block = 0; block < kBlocksTogether; block += kPhiloxLanes)
      philox_blocks(stream, (element >> 3) + static_cast<std::uint64_t>(block), words + 4 * block);
    __builtin_memcpy(random16, words, sizeof random16);
    const std::int64_t room = kElementsTogether - offset;
    if (offset == 0 && n - done >= kElementsTogether) {  // a fixed count for the loop's vectors
      round_stochastically(x + done, kElementsTogether, inv_scale, low, high, random16, codes + done);
      done += kElementsTogether;
      continue;
    }
    const std::int64_t count = n - done < room ? n - done : room;
    round_stochastically(x + done, count, inv_scale, low, high, random16 + offset, codes + done);
    done += count;
  }
}

}  // namespace
}  // namespace ampa::kernels
