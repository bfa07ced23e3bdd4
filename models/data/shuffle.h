// The order in which an epoch sees the images.
#pragma once

#include <cstdint>
#include <vector>

namespace ampa::data {

// A permutation of 0 .. count - 1 (Fisher-Yates), the same for every machine: place i = count - 1 .. 1 is exchanged
// with place floor(r * (i + 1) / 2^32), where r = bits32(i) of the stream (seed, epoch, kShuffle). 0 <= count < 2^32.
std::vector<std::int64_t> epoch_order(std::int64_t count, std::uint64_t seed, std::int64_t epoch);

}  // namespace ampa::data
