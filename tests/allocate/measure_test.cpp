#include "allocate/measure.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "allocate/allocator.h"
#include "common/error.h"

using namespace ampa;
using namespace ampa::allocate;

namespace {

const StepMeans kMeans = [] {
  StepMeans means;
  means.weight_error = 2, means.input_error = 3, means.gradient_error = 5;
  means.input = 7, means.input_grad = 11, means.weight_grad = 13;
  means.weight_shift = 1, means.input_shift = 3, means.gradient_shift = 0;
  means.weight_relative = 17, means.input_relative = 19, means.gradient_relative = 23;
  return means;
}();

LayerSensitivity of(const std::string& name) {
  return measure(name).of_step(kMeans);
}

void check(const LayerSensitivity& found, double w, double a, double g) {
  CHECK(found.w == w);
  CHECK(found.a == a);
  CHECK(found.g == g);
}

AllocatorConfig ranked_by(const std::string& measure, const std::string& of_gradients = "same") {
  AllocatorConfig config;
  config.ampa.alpha_percent = config.ampa.beta_percent = config.ampa.gamma_percent = 50;
  config.ampa.measure = measure;
  config.ampa.measure_g = of_gradients;
  return config;
}

}  // namespace

TEST_CASE("measures are the products that their equations say") {
  check(of("magnitude"), 13 * 2, 11 * 3, 13 * 5 * 7);
  check(of("error"), 2, 3, 5);
  check(of("relative-error"), 17, 19, 23);
  check(of("distribution"), 1, 3, 0);
  check(of("distribution-log"), 1, 2, 0);
  check(of("hessian"), 0, 0, 13 * 5 * 7);
  check(of("reversed"), 13 * 2, 11 * 3, 13 * 5 * 7);
  CHECK(measure("reversed").least_first);
  for (const Measure& row : measures()) CHECK(row.least_first == (row.name == "reversed"));
  CHECK_THROWS_WITH(measure("entropy"), Catch::Contains("one of magnitude, error") && Catch::Contains("\"entropy\""));
}

TEST_CASE("gradients may have a measure of their own") {
  Measures both;
  both.of_values = &measure("error");
  both.of_gradients = &measure("distribution");
  check(both.of_step(kMeans), 2, 3, 0);
  CHECK(both.need_shifts());
  CHECK_FALSE(Measures().need_shifts());
}

TEST_CASE("random ranks differ by seed, epoch, layer and operand and are the same again") {
  const Measure& random = measure("random");
  const DrawPlace place{1, 2, 3};
  const LayerSensitivity first = random.drawn(place);
  check(random.drawn(place), first.w, first.a, first.g);
  CHECK(first.w != first.a);
  CHECK(first.a != first.g);
  CHECK(random.drawn({2, 2, 3}).w != first.w);
  CHECK(random.drawn({1, 3, 3}).w != first.w);
  CHECK(random.drawn({1, 2, 4}).w != first.w);
  double sum = 0;
  for (std::size_t layer = 0; layer < 1000; ++layer) sum += random.drawn({5, 6, layer}).g;
  CHECK(sum / 1000 == Approx(0.5).margin(0.05));
}

TEST_CASE("AMPA raises the least sensitive layers where its measure prefers them, for gradients by theirs") {
  const std::vector<LayerSensitivity> sensitivities = {{1, 1, 1}, {2, 2, 2}};
  const auto widths = [&](const AllocatorConfig& config) {
    const auto allocator = make_allocator(config, 2);
    allocator->update(sensitivities);
    return allocator->bits();
  };
  CHECK(widths(ranked_by("magnitude")) == std::vector<LayerBits>{{4, 4, 4}, {6, 6, 6}});
  CHECK(widths(ranked_by("reversed")) == std::vector<LayerBits>{{6, 6, 6}, {4, 4, 4}});
  CHECK(widths(ranked_by("reversed", "magnitude")) == std::vector<LayerBits>{{6, 6, 4}, {4, 4, 6}});
  CHECK(widths(ranked_by("magnitude", "reversed")) == std::vector<LayerBits>{{4, 4, 6}, {6, 6, 4}});
}

TEST_CASE("layers of a group climb together, by the mean of their sensitivities") {
  AllocatorConfig config = ranked_by("magnitude");
  config.ampa.granularity = "block";
  config.groups = {0, 0, 1, 2};
  config.ampa.alpha_percent = 34;  // of 3 groups: 1
  config.ampa.beta_percent = 1;    // less than one group: still 1
  config.ampa.gamma_percent = 0;
  const auto allocator = make_allocator(config, 4);
  allocator->update({{9, 1, 1}, {0, 1, 1}, {5, 0, 1}, {1, 0, 1}});
  CHECK(allocator->bits() == std::vector<LayerBits>{{4, 6, 4}, {4, 6, 4}, {6, 4, 4}, {4, 4, 4}});
  const auto restored = make_allocator(config, 4);
  restored->restore(Json::parse(allocator->state().dump()), "checkpoint");
  CHECK(restored->bits() == allocator->bits());
  config.groups = {0, 0};
  CHECK_THROWS_AS(make_allocator(config, 4), RunError);
}
