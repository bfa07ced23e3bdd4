// What the units that choose the groups of a gradient must return: the rules of models/quant over the words of a
// stream.
#include <algorithm>
#include <numeric>

#include "numerics/keep_probabilities.h"
#include "numerics/random_stream.h"
#include "numerics/range.h"
#include "rtl/units/twins.h"

namespace ampa::rtl {
namespace {

// Every group of a tensor: whether it is kept, and q.
std::vector<KeepGroupsOut> chosen_groups(const std::vector<float>& ranges, const PruningChoice& choice) {
  const std::int64_t keep_one_in = std::int64_t{1} << choice.shift;
  std::vector<KeepGroupsOut> groups(ranges.size());
  if (choice.top) {
    for (const std::size_t i : numerics::largest_groups(ranges, keep_one_in))
      groups[i] = {true, numerics::probability_q32(1), false};
  } else {
    const std::vector<double> probabilities = numerics::keep_probabilities(ranges, keep_one_in);
    const numerics::RandomStream draws{choice.seed, choice.step, choice.tensor};
    for (std::size_t i = 0; i < groups.size(); ++i) {
      const std::uint64_t q = numerics::probability_q32(probabilities[i]);
      groups[i] = {draws.bits32(i) < q, q, false};
    }
  }
  groups.back().last = true;
  return groups;
}

// Of the elements first .. end - 1, a tensor, in turn.
std::vector<numerics::Range> ranges_in_turn(const std::vector<GroupAbsmaxIn>& elements, std::size_t first,
                                            std::size_t end) {
  std::vector<numerics::Range> ranges(elements[first].groups);
  std::size_t group = 0;
  for (std::size_t i = first; i < end; ++i) {
    ranges[group] = numerics::including(ranges[group], float_of(elements[i].x));
    if (elements[i].turn) group = (group + 1) % ranges.size();
  }
  return ranges;
}

bool all_finite(const std::vector<numerics::Range>& ranges) {
  return std::all_of(ranges.begin(), ranges.end(), [](const numerics::Range& range) { return range.finite; });
}

}  // namespace

std::vector<GroupAbsmaxOut> group_absmax_twin(const std::vector<GroupAbsmaxIn>& inputs) {
  std::vector<GroupAbsmaxOut> outputs;
  for_each_tensor(inputs, [&](std::size_t begin, std::size_t end) {
    const std::vector<numerics::Range> ranges = ranges_in_turn(inputs, begin, end);
    for (const numerics::Range& range : ranges)
      outputs.push_back({bits_of(numerics::max_abs(range)), all_finite(ranges), false});
    outputs.back().last = true;
  });
  return outputs;
}

std::vector<SortedRange> range_sort_twin(const std::vector<Fp32In>& inputs) {
  std::vector<SortedRange> outputs;
  for_each_tensor(inputs, [&](std::size_t begin, std::size_t end) {
    std::vector<std::size_t> order(end - begin);
    std::iota(order.begin(), order.end(), begin);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t i, std::size_t j) { return float_of(inputs[i].x) > float_of(inputs[j].x); });
    for (std::size_t rank = order.size(); rank-- > 0;)
      outputs.push_back({inputs[order[rank]].x, static_cast<std::uint32_t>(order[rank] - begin),
                         static_cast<std::uint32_t>(rank), rank == 0});
  });
  return outputs;
}

std::vector<KeepGroupsOut> keep_groups_twin(const std::vector<KeepGroupsIn>& inputs) {
  std::vector<KeepGroupsOut> outputs;
  for (std::size_t begin = 0; begin < inputs.size();) {
    std::vector<float> ranges(inputs[begin].sorted.rank + 1);
    const std::size_t end = begin + ranges.size();
    for (std::size_t i = begin; i < end; ++i) ranges[inputs[i].sorted.group] = float_of(inputs[i].sorted.range);
    const std::vector<KeepGroupsOut> groups = chosen_groups(ranges, inputs[begin].choice);
    outputs.insert(outputs.end(), groups.begin(), groups.end());
    begin = end;
  }
  return outputs;
}

std::vector<GroupPruningOut> group_pruning_twin(const std::vector<GroupPruningIn>& inputs) {
  std::vector<GroupAbsmaxIn> elements;
  for (const GroupPruningIn& in : inputs) elements.push_back(in.element);
  std::vector<GroupPruningOut> outputs;
  for_each_tensor(elements, [&](std::size_t begin, std::size_t end) {
    const std::vector<numerics::Range> ranges = ranges_in_turn(elements, begin, end);
    std::vector<float> magnitudes;
    for (const numerics::Range& range : ranges) magnitudes.push_back(numerics::max_abs(range));
    for (const KeepGroupsOut& group : chosen_groups(magnitudes, inputs[end - 1].choice))
      outputs.push_back({group, all_finite(ranges)});
  });
  return outputs;
}

}  // namespace ampa::rtl
