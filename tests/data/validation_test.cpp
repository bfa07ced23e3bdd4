#include "data/validation.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "common/error.h"
#include "sample.h"

namespace ampa::data {
namespace {

using Indices = std::vector<std::int64_t>;

std::map<float, int> class_sizes(const Source& source, Part part) {
  std::map<float, int> sizes;
  for (std::int64_t i = 0; i < source.count(part); ++i) ++sizes[sample_of(source, part, i).target[0]];
  return sizes;
}

std::unique_ptr<Source> synthetic() {
  return load_source("synthetic", "", 203, 20);
}

}  // namespace

TEST_CASE("H2: every training sample is in one part, in ascending order, and classes keep their shares") {
  const auto base = synthetic();
  const ValidationSplit split(*base, 41, 1);
  const Indices &left = split.indices(Part::kTrain), &held_out = split.indices(Part::kTest);
  CHECK(split.count(Part::kTest) == 41);
  CHECK(split.count(Part::kTrain) == 203 - 41);
  CHECK(std::is_sorted(left.begin(), left.end()));
  CHECK(std::is_sorted(held_out.begin(), held_out.end()));
  std::set<std::int64_t> all(left.begin(), left.end());
  all.insert(held_out.begin(), held_out.end());
  CHECK(all.size() == 203);
  const std::map<float, int> sizes = class_sizes(*base, Part::kTrain), taken = class_sizes(split, Part::kTest);
  for (const auto& [label, size] : sizes) {
    const double share = 41.0 * size / 203;
    CAPTURE(label, size, share);
    CHECK(std::abs(taken.at(label) - share) < 1);
  }
}

TEST_CASE("H1: the choice follows from its seed alone") {
  const auto base = synthetic(), again = synthetic();
  const ValidationSplit split(*base, 41, 7);
  CHECK(split.indices(Part::kTest) == ValidationSplit(*again, 41, 7).indices(Part::kTest));
  CHECK(split.indices(Part::kTest) != ValidationSplit(*base, 41, 8).indices(Part::kTest));
  // Pinned, and worked out from rules H1 and H2 by another program: a change of these numbers is a change of every
  // run that holds samples out.
  CHECK(ValidationSplit(*base, 5, 1).indices(Part::kTest) == Indices{10, 72, 73, 84, 161});
}

TEST_CASE("validation: a sample is the one of the base, augmented as it is there") {
  const auto base = synthetic();
  const ValidationSplit split(*base, 41, 1);
  const Variation variation{true, 3, 2};
  for (const Part part : {Part::kTrain, Part::kTest})
    for (std::int64_t i = 0; i < split.count(part); i += 7) {
      const Sample found = sample_of(split, part, i, variation);
      const Sample expected =
          sample_of(*base, Part::kTrain, split.indices(part)[static_cast<std::size_t>(i)], variation);
      CHECK(found.input == expected.input);
      CHECK(found.target == expected.target);
    }
}

TEST_CASE("validation: samples without a single label are held out too") {
  const auto base = load_source("blobs", "", 50, 10);
  const ValidationSplit split(*base, 10, 1);
  CHECK(split.count(Part::kTest) == 10);
  CHECK(split.count(Part::kTrain) == 40);
}

TEST_CASE("H3: a number or a fraction is asked for, and nothing else is taken") {
  CHECK(num_held_out(Json::object(), 100) == 0);
  CHECK(num_held_out({{"validation", nullptr}}, 100) == 0);
  CHECK(num_held_out({{"validation", 0.1}}, 109) == 10);
  CHECK(num_held_out({{"validation", 99}}, 100) == 99);
  CHECK_THROWS_WITH(num_held_out({{"validation", 100}}, 100),
                    "validation: expected at least 1 and fewer than the 100 training samples, found 100 (asked for: "
                    "100)");
  CHECK_THROWS_AS(num_held_out({{"validation", 0.001}}, 100), InputError);
  CHECK(split_for_validation(*synthetic(), Json::object()) == nullptr);
}

}  // namespace ampa::data
