#include "study/rungs.h"

#include <catch2/catch.hpp>

#include "study_files.h"

namespace ampa::study {
namespace {

std::vector<std::int64_t> rungs(std::int64_t epochs, const Json& intervals, const Json& more = Json::object()) {
  Json file = study_file({{"space", {{"itv_epochs", intervals}, {"alpha", {34, 67}}}}, {"halving", Json::object()}});
  file["base"].erase("itv_epochs");
  file["base"]["epochs"] = epochs;
  file.update(more);
  const StudySpec spec = parse_study(file, "S.json");
  return rungs_of(spec, make_lattice(spec));
}

using Rungs = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("rungs: a ninth and a third of the epochs, where all settings have trained with an update by then") {
  // Epoch 4 is measured, its update is in force in epoch 5: after 6 epochs one was trained with it.
  CHECK(rungs(54, {1, 4}) == Rungs{6, 18});
  CHECK(rungs(54, {1, 5}) == Rungs{18});
  CHECK(rungs(54, {1, 16}) == Rungs{18});
  CHECK(rungs(12, {1, 2}) == Rungs{4});
  CHECK(rungs(54, {1, 2}, {{"halving", {{"keep_one_in", 2}}}}) == Rungs{13, 27});
}

TEST_CASE("rungs: later than a third where the slowest settings begin to climb later") {
  CHECK(rungs(12, {1, 2, 4}) == Rungs{6});
  CHECK(rungs(54, {1, 17}) == Rungs{19});
  // A setting that never climbs within the run, or not before its last epoch, does not hold the others up.
  CHECK(rungs(12, {1, 10}) == Rungs{4});
  CHECK(rungs(12, {10, 11}) == Rungs{1, 4});
  CHECK(rungs(3, {1}) == Rungs{1});
}

TEST_CASE("rungs: of schemes whose widths climb no ladder the parts of the epochs") {
  CHECK(rungs(18, {1}, {{"space", {{"scheme", {"int4", "int6"}}}}}) == Rungs{2, 6});
}

TEST_CASE("rungs: those of the file, whatever the settings, and none without halving") {
  CHECK(rungs(12, {4}, {{"halving", {{"rungs", {1, 4}}}}}) == Rungs{1, 4});
  const StudySpec spec = study_of();
  CHECK(rungs_of(spec, make_lattice(spec)).empty());
}

}  // namespace ampa::study
