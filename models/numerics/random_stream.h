// Random numbers addressed by what they are for: (seed, step, tensor, element). No state, hence no order.
#pragma once

#include <cstdint>

#include "numerics/philox.h"

namespace ampa::numerics {

// The random numbers of one tensor at one step of one seed.
// Philox key = (low, high) half of the seed; counter = (block low, block high, tensor, step), where a block of 128 bits
// serves eight elements of 16 bits: element e has half (e & 1) of word (e >> 1) & 3 of block e >> 3.
struct RandomStream {
  std::uint64_t seed = 0;
  std::uint32_t step = 0;
  std::uint32_t tensor = 0;

  constexpr PhiloxCounter block(std::uint64_t index) const {
    return philox4x32_10({static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32), tensor, step},
                         {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
  }

  // 16 uniform bits of an element, 0 .. 65535.
  constexpr std::uint32_t bits16(std::uint64_t element) const {
    const std::uint32_t word = block(element >> 3)[(element >> 1) & 3];
    return (element & 1) != 0 ? word >> 16 : word & 0xFFFFu;
  }

  // 32 uniform bits of an index; a block serves four of them. Do not mix with bits16 on one stream.
  constexpr std::uint32_t bits32(std::uint64_t index) const { return block(index >> 2)[index & 3]; }
};

// The purposes that are not tensors of a layer take their tensor numbers from the top, so that they never meet a
// layer's.
enum class StreamPurpose : std::uint32_t {
  kShuffle = 0xFFFF0000u,
  kAugment = 0xFFFF0001u,
  kInitialise = 0xFFFF0002u,
  kSyntheticData = 0xFFFF0003u,
  kHessianProbe = 0xFFFF0004u,
  kRandomRanks = 0xFFFF0005u,
};

}  // namespace ampa::numerics
