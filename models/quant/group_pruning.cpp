#include "quant/group_pruning.h"

#include <fmt/format.h>

#include "common/error.h"
#include "numerics/keep_probabilities.h"

namespace ampa::quant {
namespace {

std::vector<KeptGroup> sampled(const std::vector<float>& ranges, std::int64_t keep_one_in,
                               const numerics::RandomStream& stream) {
  const std::vector<double> probabilities = numerics::keep_probabilities(ranges, keep_one_in);
  std::vector<KeptGroup> kept;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    const std::uint64_t q32 = numerics::probability_q32(probabilities[i]);
    if (stream.bits32(i) < q32) kept.push_back({static_cast<std::int64_t>(i), q32});
  }
  return kept;
}

std::vector<KeptGroup> top(const std::vector<float>& ranges, std::int64_t keep_one_in, const numerics::RandomStream&) {
  std::vector<KeptGroup> kept;
  for (const std::size_t i : numerics::largest_groups(ranges, keep_one_in))
    kept.push_back({static_cast<std::int64_t>(i), kCertain});
  return kept;
}

}  // namespace

const std::vector<PruningRule>& pruning_rules() {
  static const std::vector<PruningRule> table = {
      {"sampled", "groups are drawn in proportion to their range and divided by the probability: unbiased", sampled},
      {"top", "the groups of the largest ranges, as they are: biased, without draws", top},
  };
  return table;
}

const PruningRule& pruning_rule(const std::string& name, const std::string& source) {
  std::string valid;
  for (const PruningRule& rule : pruning_rules()) {
    if (rule.name == name) return rule;
    valid += (valid.empty() ? "" : ", ") + std::string(rule.name);
  }
  throw InputError(fmt::format("{}: expected one of {}, found \"{}\"", source, valid, name));
}

}  // namespace ampa::quant
