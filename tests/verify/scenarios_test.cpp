// What the bench's generators make: repeatable, and wide enough to meet the whole coverage.
#include <catch2/catch.hpp>
#include <set>

#include "verify/job_generator.h"

using namespace ampa;
using namespace ampa::rtl;
using namespace ampa::verify;

namespace {

bool same(const Scenario& x, const Scenario& y) {
  if (x.name != y.name || x.steps.size() != y.steps.size()) return false;
  for (std::size_t i = 0; i < x.steps.size(); ++i)
    if (x.steps[i].generated->a.bytes != y.steps[i].generated->a.bytes ||
        x.steps[i].generated->b.bytes != y.steps[i].generated->b.bytes || !(x.steps[i].stress == y.steps[i].stress))
      return false;
  return true;
}

// The coverage of generated jobs, which need not run for that.
Coverage coverage_of(const PointSpace& space, const ScenarioSet& scenarios, std::int64_t count) {
  Coverage coverage(space);
  for (std::int64_t i = 0; i < count; ++i) {
    const Scenario scenario = scenarios.make(i);
    std::optional<gemm::JobShape> previous;
    for (const Step& step : scenario.steps) {
      coverage.add(step.job().shape(), step.stress, previous ? &*previous : nullptr);
      previous = step.job().shape();
    }
  }
  return coverage;
}

std::int64_t num_unexplained(const Coverage& coverage) {
  std::int64_t count = 0;
  for (const Hole& hole : coverage.holes()) count += hole.reason.empty();
  return count;
}

}  // namespace

TEST_CASE("a scenario depends on its seed and index only", "[cosim]") {
  const PointSpace space(timing::point_from_string("fused-4x4"));
  int num_same = 0;
  for (std::int64_t index = 0; index < 40; ++index) {
    CHECK(same(random_scenario(space, 3, index), random_scenario(space, 3, index)));
    num_same += same(random_scenario(space, 3, index), random_scenario(space, 4, index));
    CHECK(same(covering_scenarios(space, 3).make(index), covering_scenarios(space, 3).make(index)));
    CHECK_FALSE(same(covering_scenarios(space, 3).make(index), covering_scenarios(space, 4).make(index)));
  }
  CHECK(num_same == 0);
}

TEST_CASE("random jobs reach every format, pass and kind of operand", "[cosim]") {
  const timing::HardwarePoint point = timing::point_from_string("fused-4x4");
  std::set<std::string> formats_a, formats_b;
  std::set<gemm::Pass> passes;
  int num_zero_points = 0, num_windows = 0, num_transposed = 0, num_dilated = 0;
  for (std::int64_t index = 0; index < 300; ++index) {
    const auto generated = random_job(point, 1, index);
    const gemm::GemmJob& job = generated->job;
    formats_a.insert(to_string(job.a.format()));
    formats_b.insert(to_string(job.b.format()));
    passes.insert(job.pass);
    for (const gemm::Operand* operand : {&job.a, &job.b}) {
      num_zero_points += operand->zero_point() != 0;
      num_windows += operand->kernel_height * operand->kernel_width > 1;
      num_transposed += operand->transposed;
      num_dilated += operand->tensor->dilation != 1;
    }
  }
  CHECK(formats_a.size() == PointSpace(point).formats().size());
  CHECK(formats_b.size() == PointSpace(point).formats().size());
  CHECK(passes.size() == 3);
  CHECK(num_zero_points > 100);
  CHECK(num_windows > 50);
  CHECK(num_transposed > 100);
  CHECK(num_dilated > 20);
}

TEST_CASE("covering scenarios leave no hole without a reason on any point, whatever the seed", "[cosim]") {
  for (const timing::HardwarePoint& point : timing::design_points()) {
    if (point.rows * point.cols > 16) continue;
    const PointSpace space(point);
    const ScenarioSet scenarios = covering_scenarios(space, 5);
    const Coverage coverage = coverage_of(space, scenarios, scenarios.count);
    INFO(point.name);
    for (const Hole& hole : coverage.holes()) {
      INFO(hole.cross << ": " << hole.bin);
      if (hole.cross != "formats") CHECK(hole.reason != "");
    }
  }
}

TEST_CASE("a hole is seen, and one that nothing can fill says why", "[cosim]") {
  const PointSpace space(timing::point_from_string("fused-4x4"));
  const ScenarioSet scenarios = covering_scenarios(space, 5);
  CHECK(num_unexplained(coverage_of(space, scenarios, scenarios.count - 1)) > 0);
  const Coverage none(space);
  std::size_t num_bins = 0;
  for (const Cross& cross : none.crosses()) num_bins += cross.counts.size();
  CHECK(none.holes().size() == num_bins);

  for (const Hole& hole : Coverage(PointSpace(timing::point_from_string("fused-1x2"))).holes()) {
    INFO(hole.bin);
    const bool impossible =
        hole.bin.find("u1") != std::string::npos || hole.bin.find("two-level") != std::string::npos ||
        hole.bin.find("rows: = side") != std::string::npos || hole.bin.find("rows: < side") != std::string::npos ||
        hole.bin.find("rows: not a multiple") != std::string::npos ||
        hole.bin.find("columns: < side") != std::string::npos;
    CHECK(hole.reason.empty() != impossible);
  }
}

TEST_CASE("classes of sizes and products", "[cosim]") {
  CHECK(size_class(1, 4) == SizeClass::kOne);
  CHECK(size_class(3, 4) == SizeClass::kBelow);
  CHECK(size_class(4, 4) == SizeClass::kEqual);
  CHECK(size_class(8, 4) == SizeClass::kMultiple);
  CHECK(size_class(9, 4) == SizeClass::kRagged);
  CHECK(size_class(1, 1) == SizeClass::kOne);
  CHECK(products_class(1, 8) == ProductsClass::kOne);
  CHECK(products_class(7, 8) == ProductsClass::kBelowWord);
  CHECK(products_class(16, 8) == ProductsClass::kWholeWords);
  CHECK(products_class(17, 8) == ProductsClass::kPartOfWord);
}
