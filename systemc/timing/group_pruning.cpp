#include "timing/group_pruning.h"

namespace ampa::timing {
namespace {

constexpr std::int64_t kRangeBits = 31;
constexpr std::int64_t kSumCycles = 5;       // of a range: taken, aligned, added, its product aligned, compared
constexpr std::int64_t kDivideCycles = 32;   // a digit each
constexpr std::int64_t kAroundDivision = 5;  // of a group: read, multiply, align; round, offer

}  // namespace

std::int64_t group_absmax_cycles(std::int64_t elements, std::int64_t groups) {
  return elements + groups + 1;
}

std::int64_t range_sort_cycles(std::int64_t groups) {
  return groups + kRangeBits * (groups + 1) + groups + 1;
}

std::int64_t keep_groups_cycles(std::int64_t groups, bool top) {
  const std::int64_t of_range = top ? 1 : kSumCycles, of_group = top ? 2 : kAroundDivision + kDivideCycles;
  return (of_range + of_group) * groups + 1;
}

std::int64_t group_pruning_cycles(std::int64_t elements, std::int64_t groups, bool top) {
  // A unit works on the first word while the last ones of the unit before it leave: these are counted once.
  const std::int64_t overlap = 2 * groups;
  return group_absmax_cycles(elements, groups) + range_sort_cycles(groups) + keep_groups_cycles(groups, top) - overlap;
}

}  // namespace ampa::timing
