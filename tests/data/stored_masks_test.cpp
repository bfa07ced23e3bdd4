#include "data/stored_masks.h"

#include <catch2/catch.hpp>

#include "common/error.h"
#include "sample.h"

namespace ampa::data {
namespace {

using Catch::Contains;

MaskedImages part(std::int64_t side, std::uint8_t first_pixel) {
  MaskedImages made;
  made.shape = {1, side, side};
  for (std::int64_t i = 0; i < side * side; ++i) {
    made.pixels.push_back(static_cast<std::uint8_t>(first_pixel + 10 * i));
    made.masks.push_back(i == 1 ? 1 : 0);
  }
  return made;
}

}  // namespace

TEST_CASE("images and masks: a sample is the normalised image and its classes") {
  const auto source = masks_source("mine", {part(2, 0), part(2, 7)});
  CHECK(source->shape().targets.at(0).name == "mask");
  CHECK(source->shape().targets.at(0).shape == ir::Shape{1, 2, 2});
  CHECK(source->shape().num_classes == 2);
  const Sample sample = sample_of(*source, Part::kTrain, 0);
  CHECK(sample.target == std::vector<float>{0, 1, 0, 0});
  CHECK(sample.input[0] == -sample.input[3]);
  CHECK(sample.input[3] == Approx(1.341640786));
  CHECK_THROWS_WITH(masks_source("mine", {part(2, 0), part(3, 0)}), Contains("found 2 x 2 and 3 x 3"));
}

TEST_CASE("images and masks: both are cut and mirrored alike") {
  const auto source = load_source("blobs", "", 40, 8);
  std::int64_t num_moved = 0;
  for (std::int64_t i = 0; i < 40; ++i) {
    const Sample plain = sample_of(*source, Part::kTrain, i);
    const Sample varied = sample_of(*source, Part::kTrain, i, {true, 3, 2});
    CHECK(varied.input == sample_of(*source, Part::kTrain, i, {true, 3, 2}).input);
    num_moved += varied.target != plain.target;
    // Discs are brighter than the ground and than what lies outside: the mask still lies on them.
    double inside = 0, outside = 0;
    std::int64_t pixels = 0;
    for (std::size_t p = 0; p < varied.input.size(); ++p) {
      (varied.target[p] == 1 ? inside : outside) += varied.input[p];
      pixels += varied.target[p] == 1;
    }
    if (pixels == 0 || pixels == 256) continue;
    CHECK(inside / static_cast<double>(pixels) > outside / static_cast<double>(256 - pixels) + 0.5);
  }
  CHECK(num_moved > 20);
}

TEST_CASE("blobs: generated masks are the same in any number; the digest holds the masks") {
  const auto few = load_source("blobs", "", 3, 1), more = load_source("blobs", "", 9, 1);
  CHECK(sample_of(*few, Part::kTrain, 2).target == sample_of(*more, Part::kTrain, 2).target);
  CHECK(few->digest(Part::kTest) == more->digest(Part::kTest));
  CHECK(few->digest(Part::kTrain) != more->digest(Part::kTrain));
  MaskedImages other = part(2, 0);
  other.masks[0] = 1;
  CHECK(masks_source("x", {part(2, 0), part(2, 0)})->digest(Part::kTrain) !=
        masks_source("x", {other, part(2, 0)})->digest(Part::kTrain));
  CHECK_THROWS_WITH(load_source("blobs", "", 0, 70000), Contains("blobs: max_test: expected at most 65536"));
}

}  // namespace ampa::data
