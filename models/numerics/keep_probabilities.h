// Which groups of a gradient are kept, and with which probability: rules G1, G2 and G4 of NUMERICS.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ampa::numerics {

// Rule G1: p_i for every group, in proportion to its range R_i = max |x|, their sum N / keep_one_in where as many
// groups have a range: p = 1 where the proportion is above 1, and what is left is shared among the others.
std::vector<double> keep_probabilities(const std::vector<float>& ranges, std::int64_t keep_one_in);

// Rule G2: what 32 random bits have to be below for a group to be kept.
std::uint64_t probability_q32(double probability);

// Rule G4: the groups of the largest ranges, ascending.
std::vector<std::size_t> largest_groups(const std::vector<float>& ranges, std::int64_t keep_one_in);

}  // namespace ampa::numerics
