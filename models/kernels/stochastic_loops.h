// Stochastic rounding, compiled once per instruction set (see elementwise_loops.h).
#pragma once

#include "kernels/elementwise_loops.h"
#include "kernels/philox_lanes.h"

namespace ampa::kernels {
namespace {

constexpr int kBlocksTogether = 32;                     // Philox blocks whose bits are held together
constexpr int kElementsTogether = 8 * kBlocksTogether;  // a block of 128 bits serves eight elements
static_assert(kElementsTogether <= BlockSums::kElements);

typedef std::uint16_t RandomHalf __attribute__((may_alias));

template <bool kMeasure>
inline void round_stochastically(const float* __restrict x, std::int64_t n, const numerics::QuantParams& params,
                                 const RandomHalf* __restrict random16, std::uint8_t* __restrict codes,
                                 QuantizationSums* sums) {
  const float inv_scale = params.inv_scale, bound = kScaledBound;
  const std::int32_t lowest = params.min_code - params.zero_point, highest = params.max_code - params.zero_point;
  const auto low = static_cast<float>(lowest), high = static_cast<float>(highest);
  BlockSums block;
  for (std::int64_t i = 0; i < n; ++i) {
    std::int32_t fixed = 0, inside = 0;  // in units of 2^-16, and what of it the codes reach
    if (kMeasure) {
      fixed = floor_to_int(scaled(x[i], inv_scale, bound) * 0x1p16f);
      inside = clamp_int(fixed, lowest * 65536, highest * 65536);
    } else {
      inside = floor_to_int(clamp_float(x[i] * inv_scale, low, high) * 0x1p16f);
    }
    const std::int32_t code = (inside + static_cast<std::int32_t>(random16[i])) >> 16;
    codes[i] = static_cast<std::uint8_t>(code);
    if (kMeasure) block.add_error(fixed, code);
  }
  if (kMeasure) add_block(block, x, codes, n, params, *sums);
}

// Calls work(begin, count, bits) for n elements from number `first` of a stream on, a few hundred at a time; bits[i]
// are those of element begin + i.
template <typename Work>
inline void with_random_bits(std::int64_t n, const numerics::RandomStream& stream, std::uint64_t first,
                             const Work& work) {
  static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "an even element takes the low half of its word");
  alignas(64) std::uint32_t words[kElementsTogether / 2];
  const RandomHalf* const random16 = reinterpret_cast<const RandomHalf*>(words);
  for (std::int64_t done = 0; done < n;) {
    const std::uint64_t element = first + static_cast<std::uint64_t>(done);
    const std::int64_t offset = static_cast<std::int64_t>(element & 7), room = kElementsTogether - offset;
    const std::int64_t count = n - done < room ? n - done : room;
    for (std::int64_t block = 0; 8 * block < offset + count; block += kPhiloxLanes)
      philox_blocks(stream, (element >> 3) + static_cast<std::uint64_t>(block), words + 4 * block);
    if (count == kElementsTogether)  // a fixed count for the loop's vectors
      work(done, std::int64_t{kElementsTogether}, random16);
    else
      work(done, count, random16 + offset);
    done += count;
  }
}

template <bool kMeasure>
inline void stochastic_codes(const float* x, std::int64_t n, const numerics::QuantParams& params,
                             const numerics::RandomStream& stream, std::uint64_t first, std::uint8_t* codes,
                             QuantizationSums* sums) {
  with_random_bits(n, stream, first, [&](std::int64_t begin, std::int64_t count, const RandomHalf* random16) {
    round_stochastically<kMeasure>(x + begin, count, params, random16, codes + begin, sums);
  });
}

void quantize_stochastic(const float* x, std::int64_t n, const numerics::QuantParams& params,
                         const numerics::RandomStream& stream, std::uint64_t first, std::uint8_t* codes,
                         QuantizationSums* sums) {
  if (sums)
    stochastic_codes<true>(x, n, params, stream, first, codes, sums);
  else
    stochastic_codes<false>(x, n, params, stream, first, codes, sums);
}

void drop(const float* x, std::int64_t n, std::uint32_t limit, float factor, const numerics::RandomStream& stream,
          std::uint64_t first, float* out) {
  const auto least = static_cast<std::int32_t>(limit);
  with_random_bits(n, stream, first, [&](std::int64_t begin, std::int64_t count, const RandomHalf* random16) {
    const float* const from = x + begin;
    float* const to = out + begin;
#pragma GCC ivdep  // out is x or lies apart
    for (std::int64_t i = 0; i < count; ++i) {
      const float grown = from[i] * factor;
      to[i] = static_cast<std::int32_t>(random16[i]) < least ? 0.0f : grown;
    }
  });
}

}  // namespace
}  // namespace ampa::kernels
