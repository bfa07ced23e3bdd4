#include "data/class_subset.h"

#include <catch2/catch.hpp>

#include "common/error.h"

namespace ampa::data {
namespace {

using Classes = std::vector<std::int64_t>;

LabelledImages three_pixels(const std::vector<std::uint8_t>& labels) {
  LabelledImages images;
  images.shape = {1, 1, 3};
  images.num_classes = 10;
  images.labels = labels;
  for (std::size_t i = 0; i < labels.size() * 3; ++i) images.pixels.push_back(static_cast<std::uint8_t>(i));
  return images;
}

}  // namespace

TEST_CASE("classes are numbers and ranges, each once and in ascending order") {
  CHECK(classes_from_string("", "classes").empty());
  CHECK(classes_from_string("0-4", "classes") == Classes{0, 1, 2, 3, 4});
  CHECK(classes_from_string("7-9,0,2,8", "classes") == Classes{0, 2, 7, 8, 9});
  for (const char* wrong : {"a", "4-2", "1,", ",1", "-3", "1 2", "1--2", "0x1", "1000"})
    CHECK_THROWS_WITH(classes_from_string(wrong, "classes"),
                      Catch::Contains("classes: expected numbers and ranges of classes"));
}

TEST_CASE("the images of some classes are numbered anew") {
  const LabelledImages images = three_pixels({5, 1, 9, 5, 0, 7});
  const LabelledImages kept = of_classes(images, {5, 7, 9}, 0, "classes");
  CHECK(kept.num_classes == 3);
  CHECK(kept.labels == std::vector<std::uint8_t>{0, 2, 0, 1});
  CHECK(kept.pixels == std::vector<std::uint8_t>{0, 1, 2, 6, 7, 8, 9, 10, 11, 15, 16, 17});
  CHECK(of_classes(images, {5, 7, 9}, 2, "classes").labels == std::vector<std::uint8_t>{0, 2});
  CHECK_THROWS_WITH(of_classes(images, {10}, 0, "classes"), "classes: expected classes in 0..9, found 10");
}

TEST_CASE("halves of a source's classes share no image, and counts are of the classes") {
  const auto load = [](const char* classes, std::int64_t max_train) {
    return load_source("synthetic", "", max_train, 50, {{"classes", classes}});
  };
  const auto low = load("0-4", 40), high = load("5-9", 0);
  CHECK(low->shape().num_classes == 5);
  CHECK(low->count(Part::kTrain) == 40);
  CHECK(low->count(Part::kTest) == 50);
  CHECK(high->count(Part::kTrain) == 5 * 51);  // of 512 images of ten classes in turn
  CHECK(low->digest(Part::kTrain) != load("1-5", 40)->digest(Part::kTrain));
  CHECK(load("0-9", 0)->digest(Part::kTrain) == load("", 0)->digest(Part::kTrain));
}

}  // namespace ampa::data
