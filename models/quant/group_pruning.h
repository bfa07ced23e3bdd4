// Which groups of a gradient are kept, so that b bits of one in b groups are one bit on average: rules G1 to G4 of
// NUMERICS.md. AQ of 1-bit FQT (arXiv 2408.14267).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "numerics/random_stream.h"

namespace ampa::quant {

constexpr std::uint64_t kCertain = std::uint64_t{1} << 32;  // a probability of 1

struct KeptGroup {
  std::int64_t group = 0;
  std::uint64_t probability_q32 = kCertain;  // that it is kept, in units of 2^-32
};

struct PruningRule {
  std::string_view name, description;
  // The groups that are kept, ascending, of `ranges`, each at least 0 and finite. `stream` gives the draws.
  std::vector<KeptGroup> (*keep)(const std::vector<float>& ranges, std::int64_t keep_one_in,
                                 const numerics::RandomStream& stream);
};

// The table: sampled (G2), top (G4).
const std::vector<PruningRule>& pruning_rules();
const PruningRule& pruning_rule(const std::string& name, const std::string& source);  // throws InputError

}  // namespace ampa::quant
