#include <fmt/format.h>

#include <algorithm>

#include "verify/job_generator.h"

namespace ampa::verify {
namespace {

constexpr std::int64_t kMaxProducts = 8192;

struct Place {
  CodeFormat a, b;
  std::int64_t position;  // of the product in its operand word
};

// All positions of an operand word, or, where that were more than kMaxProducts, as many as that allows, the last first.
std::vector<std::int64_t> positions(const PointSpace& space, CodeFormat a, CodeFormat b) {
  const std::int64_t macs = space.macs(a, b), pairs = std::int64_t{a.num_codes()} * b.num_codes();
  const std::int64_t count = std::min(macs, std::max<std::int64_t>(1, kMaxProducts / pairs));
  std::vector<std::int64_t> result;
  for (std::int64_t i = 0; i < count; ++i) result.push_back(macs - 1 - i * macs / count);
  return result;
}

// Row i has code i of the format at depth `position` and the code nearest to zero elsewhere.
gemm::CodeTensor every_code(CodeFormat format, std::int64_t depth, std::int64_t position) {
  std::vector<std::int32_t> codes;
  for (std::int32_t index = 0; index < format.num_codes(); ++index)
    for (std::int64_t k = 0; k < depth; ++k)
      codes.push_back(k == position ? format.code_at(index) : smallest_code(format));
  return gemm::matrix(format, 0, format.num_codes(), depth, codes);
}

Scenario make_scenario(const Place& place) {
  Scenario scenario;
  scenario.name =
      fmt::format("all pairs of {} and {} at position {}", to_string(place.a), to_string(place.b), place.position);
  Step step;
  step.generated = std::make_unique<GeneratedJob>();
  step.generated->a = every_code(place.a, place.position + 1, place.position);
  step.generated->b = every_code(place.b, place.position + 1, place.position);
  step.generated->job.a = gemm::whole(step.generated->a);
  step.generated->job.b = gemm::whole(step.generated->b);
  scenario.steps.push_back(std::move(step));
  name_steps(scenario);
  return scenario;
}

}  // namespace

// Every pair of rows of A and B is a pair of codes: M x N sums of one product each.
ScenarioSet exhaustive_scenarios(const PointSpace& space) {
  std::vector<Place> places;
  for (const CodeFormat a : space.formats())
    for (const CodeFormat b : space.formats())
      for (const std::int64_t position : positions(space, a, b)) places.push_back({a, b, position});
  return {static_cast<std::int64_t>(places.size()),
          [places](std::int64_t index) { return make_scenario(places[static_cast<std::size_t>(index)]); }};
}

}  // namespace ampa::verify
