#include "study/study_spec.h"

#include <catch2/catch.hpp>

#include "common/error.h"
#include "study_files.h"

namespace ampa::study {
namespace {

using Catch::Contains;

std::string error_of(const Json& more) {
  try {
    study_of(more);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("study file: what it does not say has a default") {
  const StudySpec spec = study_of({{"sampler", nullptr}, {"confirm", nullptr}, {"batch", nullptr}, {"seeds", nullptr}});
  CHECK(spec.sampler == "gp-ehvi");
  CHECK(spec.seeds == std::vector<std::uint64_t>{1});
  CHECK(spec.batch == 4);
  CHECK(spec.confirm.settings == 3);
  CHECK(spec.epochs() == 6);
  CHECK_FALSE(spec.halving.has_value());
}

TEST_CASE("study file: points are those of its figures") {
  const StudySpec spec =
      study_of({{"objectives", {{{"of", "metric"}}, {{"of", "cycles"}, {"point", "fused-16x16"}}}},
                {"constraints", {{{"of", "lut_seconds"}, {"point", "int8-16x16"}, {"at_most", 5}}}}});
  CHECK(spec.points == std::vector<std::string>{"fused-16x16", "int8-16x16"});
  CHECK(spec.objectives[1].words() == "cycles on fused-16x16");
  CHECK(spec.constraints[0].words() == "lut_seconds on int8-16x16 at most 5");
}

TEST_CASE("study file: rungs are given, or left to the settings' widths") {
  CHECK(study_of({{"halving", Json::object()}}).halving->rungs.empty());
  CHECK(study_of({{"halving", {{"rungs", {1, 3}}, {"keep_one_in", 2}}}}).halving->rungs ==
        std::vector<std::int64_t>{1, 3});
}

TEST_CASE("study file: errors name file, key, what was expected and what was found") {
  CHECK_THAT(error_of({{"nmae", 1}}), Contains("S.json: nmae"));
  CHECK_THAT(error_of({{"schema_version", 2}}), Contains("S.json: schema_version: expected"));
  CHECK_THAT(error_of({{"objectives", Json::array()}}), Contains("objectives: expected at least one"));
  CHECK_THAT(
      error_of({{"objectives", {{{"of", "speed"}}}}}),
      Contains("objectives[0].of: expected one of metric, rr, bitops, cycles, lut_seconds, energy, found \"speed\""));
  CHECK_THAT(error_of({{"objectives", {{{"of", "cycles"}}}}}), Contains("objectives[0].point"));
  CHECK_THAT(error_of({{"sampler", {{"name", "best"}}}}),
             Contains("sampler.name: expected one of grid, sobol, gp-ehvi, nsga2, found \"best\""));
  CHECK_THAT(error_of({{"sampler", {{"name", "sobol"}, {"sede", 1}}}}), Contains("sampler.sede"));
  CHECK_THAT(error_of({{"sampler", {{"name", "gp-ehvi"}}},
                       {"objectives",
                        {{{"of", "metric"}},
                         {{"of", "rr"}},
                         {{"of", "bitops"}},
                         {{"of", "cycles"}, {"point", "fused-16x16"}},
                         {{"of", "cycles"}, {"point", "int8-16x16"}}}}}),
             Contains("objectives: expected at most 4, as sampler gp-ehvi takes, found 5"));
  CHECK_THAT(error_of({{"budget", Json::object()}}), Contains("budget: expected one of trials, epochs, seconds"));
  CHECK_THAT(error_of({{"budget", {{"trials", 1}, {"epochs", 2}}}}), Contains("budget: expected one of"));
  CHECK_THAT(error_of({{"constraints", {{{"of", "rr"}}}}}),
             Contains("constraints[0].at_most: expected either at_least or at_most, found neither"));
  CHECK_THAT(error_of({{"constraints", {{{"of", "metric_loss"}, {"at_most", 1}}}}, {"baselines", nullptr}}),
             Contains("constraints[0].of: expected `baselines`"));
  CHECK_THAT(error_of({{"baselines", {"ampa"}}}), Contains("baselines: expected"));
  CHECK_THAT(error_of({{"seeds", {1, 1}}}), Contains("seeds: expected seeds that differ"));
  CHECK_THAT(error_of({{"confirm", {{"first_seed", 2}}}}), Contains("confirm: expected seeds that no choice has seen"));
  CHECK_THAT(error_of({{"halving", {{"rungs", {3, 2}}}}}), Contains("halving.rungs: expected ascending epochs"));
  CHECK_THAT(error_of({{"halving", {{"rungs", {6}}}}}), Contains("halving.rungs"));
  CHECK_THAT(error_of({{"points", {"fused"}}}), Contains("S.json: points: "));
}

}  // namespace ampa::study
