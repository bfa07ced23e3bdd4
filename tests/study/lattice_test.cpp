#include "study/lattice.h"

#include <catch2/catch.hpp>
#include <set>

#include "common/error.h"
#include "study_files.h"

namespace ampa::study {

using Catch::Contains;

TEST_CASE("lattice: combinations that come to the same layers and intervals are one setting") {
  // Of 3 quantized layers 10 and 20 % are none, 34 % is one; an interval of 0.3 and of 0.35 of 6 epochs is 2.
  const StudySpec spec = study_of({{"space", {{"alpha", {10, 20, 34}}, {"itv", {0.3, 0.35}}}}, {"baselines", nullptr}});
  const Lattice lattice = make_lattice(spec);
  CHECK(lattice.num_candidates == 2);
  CHECK(lattice.words() == "6 settings, 2 distinct");
  CHECK(lattice.setting_of == std::vector<std::size_t>{0, 0, 0, 0, 1, 1});
  CHECK(lattice.settings[0].same_runs.size() == 3);
  CHECK(lattice.features.size() == 2);
}

TEST_CASE("lattice: models know of each setting its place in the space and its range of RR") {
  const Lattice lattice = make_lattice(study_of());  // alpha 0, 34, 67, 100 and gamma 10, 50, 95
  REQUIRE(lattice.features.size() == 12);
  for (std::size_t i = 0; i < 12; ++i) {
    const std::vector<double>& of = lattice.features[i];
    REQUIRE(of.size() == 4);
    CHECK(of[0] == Approx(std::vector<double>{0, 0.34, 0.67, 1}[i / 3]));
    for (const double value : of) CHECK((value >= 0 && value <= 1));
    if (i >= 3) CHECK(of[2] < lattice.features[i - 3][2]);  // the more layers rise, the less is saved
  }
  // A choice has a number for each value; the ranges of fixed widths are points.
  for (const std::vector<double>& of : make_lattice(study_of({{"space", {{"scheme", {"int4", "int6"}}}}})).features)
    CHECK(of.size() == 4);
}

TEST_CASE("lattice: baselines stand behind the candidates, or are one of them") {
  const Lattice apart = make_lattice(study_of());
  CHECK(apart.num_candidates == 12);
  CHECK(apart.baselines == std::vector<std::size_t>{12});
  CHECK(apart.settings[12].label == "int8");
  const Lattice among = make_lattice(study_of({{"space", {{"scheme", {"int4", "int8"}}}}}));
  CHECK(among.baselines == std::vector<std::size_t>{1});
  CHECK(among.settings.size() == 2);
}

TEST_CASE("lattice: samples are held out unless the file says otherwise") {
  CHECK(make_lattice(study_of()).settings[0].config.at("validation") == 0.1);
  Json base = study_file()["base"];
  base["validation"] = 32;
  CHECK(make_lattice(study_of({{"base", base}})).settings[0].config.at("validation") == 32);
  base["validation"] = nullptr;
  CHECK(make_lattice(study_of({{"base", base}})).settings[0].config.at("validation").is_null());
}

TEST_CASE("lattice: a space that cannot be run is refused by name") {
  CHECK_THROWS_WITH(
      make_lattice(study_of({{"space", {{"scheme", {"int4", "int8"}}, {"alpha", {10, 20}}}}})),
      Contains("S.json: space.alpha: acts only with scheme ampa or ampa-cost; no setting of this file is such a one"));
  CHECK_THROWS_WITH(
      make_lattice(
          study_of({{"space", {{"scheme", {"int6", "int8"}}}}, {"constraints", {{{"of", "rr"}, {"at_least", 60}}}}})),
      Contains("S.json: constraints: expected an RR that a setting of the space can reach (at most 43.75 %), "
               "found at least 60"));
  CHECK_THROWS_WITH(make_lattice(study_of({{"space", {{"batch_size", {16, 200}}}}})),
                    Contains("S.json: space.batch_size"));
}

}  // namespace ampa::study
