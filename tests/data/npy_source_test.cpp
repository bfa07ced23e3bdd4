#include <catch2/catch.hpp>
#include <limits>

#include "common/error.h"
#include "common/npy.h"
#include "data/npz.h"
#include "data_folder.h"
#include "sample.h"
#include "zip_writer.h"

namespace ampa::data {
namespace {

using Catch::Contains;

Bytes bytes(const std::string& text) {
  return {text.begin(), text.end()};
}

template <typename T>
std::string npy(NpyType type, const std::vector<std::int64_t>& shape, const std::vector<T>& values) {
  return encode_npy(type, shape, values.data());
}

// Two train images of 2 x 1 pixels in two channels, one test image; classes 300 and 0.
struct ArrayFolder : DataFolder {
  std::string images = npy<float>(NpyType::kFloat32, {2, 2, 1, 2}, {1, 2, 3, 4, 5, 6, 7, 8});
  std::string labels = npy<std::int64_t>(NpyType::kInt64, {2}, {300, 0});
  std::string test_images = npy<float>(NpyType::kFloat32, {1, 2, 1, 2}, {9, 8, 7, 6});
  std::string test_labels = npy<std::uint8_t>(NpyType::kUint8, {1}, {7});

  std::unique_ptr<Source> load(const Json& options = Json::object(), std::int64_t max_train = 0) const {
    write("train_images.npy", bytes(images));
    write("train_labels.npy", bytes(labels));
    write("test_images.npy", bytes(test_images));
    write("test_labels.npy", bytes(test_labels));
    return load_source("npy", path().string(), max_train, 0, options);
  }
};

}  // namespace

TEST_CASE("npy: float images as they are, any number of channels and classes") {
  const ArrayFolder folder;
  const auto source = folder.load();
  CHECK(source->shape().input.shape == ir::Shape{2, 2, 1});
  CHECK(source->shape().input.mean.empty());
  CHECK(source->shape().num_classes == 301);
  CHECK(source->count(Part::kTrain) == 2);
  CHECK(sample_of(*source, Part::kTrain, 0).input == std::vector<float>{1, 2, 3, 4});
  CHECK(sample_of(*source, Part::kTrain, 0).target == std::vector<float>{300});
  CHECK(sample_of(*source, Part::kTest, 0).input == std::vector<float>{9, 8, 7, 6});
  CHECK(folder.load({}, 1)->count(Part::kTrain) == 1);
  const auto channels_first = npy<float>(NpyType::kFloat32, {2, 2, 2, 1}, {1, 3, 2, 4, 5, 7, 6, 8});
  ArrayFolder other;
  other.images = channels_first;
  other.test_images = npy<float>(NpyType::kFloat32, {1, 2, 2, 1}, {9, 7, 8, 6});
  const auto moved = other.load({{"npy_layout", "nchw"}});
  CHECK(sample_of(*moved, Part::kTrain, 0).input == std::vector<float>{1, 2, 3, 4});
  CHECK(moved->digest(Part::kTrain) == source->digest(Part::kTrain));
}

TEST_CASE("npy: bytes are normalised by the training images, labels of pixels are masks") {
  ArrayFolder folder;
  folder.images = npy<std::uint8_t>(NpyType::kUint8, {1, 1, 2}, {0, 255});
  folder.labels = npy<std::int32_t>(NpyType::kInt32, {1, 1, 2}, {2, 1});
  folder.test_images = npy<std::uint8_t>(NpyType::kUint8, {1, 1, 2}, {255, 255});
  folder.test_labels = npy<std::int8_t>(NpyType::kInt8, {1, 1, 2}, {0, 2});
  const auto source = folder.load();
  CHECK(source->shape().targets.at(0).name == "mask");
  CHECK(source->shape().num_classes == 3);
  CHECK(sample_of(*source, Part::kTrain, 0).input == std::vector<float>{-1, 1});
  CHECK(sample_of(*source, Part::kTrain, 0).target == std::vector<float>{2, 1});
  CHECK(sample_of(*source, Part::kTest, 0).input == std::vector<float>{1, 1});
}

TEST_CASE("npy: an archive, stored or deflated, holds the same data as files") {
  const ArrayFolder files;
  const auto expected = files.load();
  for (const int method : {0, 8}) {
    INFO(method);
    const DataFolder folder;
    folder.write("train.npz", bytes(zip({{"images.npy", files.images}, {"labels.npy", files.labels}}, method)));
    folder.write("test.npz",
                 bytes(zip({{"labels.npy", files.test_labels}, {"images.npy", files.test_images}}, method)));
    const auto source = load_source("npy", folder.path().string(), 0, 0);
    CHECK(source->digest(Part::kTrain) == expected->digest(Part::kTrain));
    CHECK(source->digest(Part::kTest) == expected->digest(Part::kTest));
  }
}

TEST_CASE("npy: what does not fit is refused by file and name") {
  const auto error_of = [](const std::function<void(ArrayFolder&)>& change) -> std::string {
    ArrayFolder folder;
    change(folder);
    try {
      folder.load();
    } catch (const InputError& error) {
      return error.what();
    }
    return "no error";
  };
  CHECK_THAT(error_of([](ArrayFolder& f) { f.test_labels = npy<std::int64_t>(NpyType::kInt64, {1}, {301}); }),
             Contains("test_labels.npy: image 0: expected a label in 0..300, found 301"));
  CHECK_THAT(error_of([](ArrayFolder& f) {
               f.labels = npy<std::int64_t>(NpyType::kInt64, {2}, {0, -1});
             }),
             Contains("train_labels.npy: image 1: expected a label in 0..65535, found -1"));
  CHECK_THAT(error_of([](ArrayFolder& f) {
               f.labels = npy<std::int64_t>(NpyType::kInt64, {3}, {0, 1, 2});
             }),
             Contains("train_labels.npy: expected integers of shape (2), or (2, 2, 1) for masks, found (3)"));
  CHECK_THAT(error_of([](ArrayFolder& f) {
               f.labels = npy<float>(NpyType::kFloat32, {2}, {0, 1});
             }),
             Contains("train_labels.npy: expected integers"));
  CHECK_THAT(error_of([](ArrayFolder& f) {
               f.images = npy<float>(NpyType::kFloat32, {2, 1, 1}, {0, std::numeric_limits<float>::infinity()});
             }),
             Contains("train_images.npy: image 1: expected finite values, found inf"));
  CHECK_THAT(error_of([](ArrayFolder& f) {
               f.images = npy<std::int32_t>(NpyType::kInt32, {2, 1, 1}, {0, 1});
             }),
             Contains("train_images.npy: expected uint8 (|u1) or float32 (<f4) images, found <i4"));
  CHECK_THAT(error_of([](ArrayFolder& f) {
               f.test_images = npy<float>(NpyType::kFloat32, {1, 1, 1}, {0});
             }),
             Contains("expected train and test arrays of one size"));
  CHECK_THAT(error_of([](ArrayFolder& f) { f.images.pop_back(); }), Contains("train_images.npy: offset"));
  const DataFolder empty;
  CHECK_THROWS_WITH(load_source("npy", empty.path().string(), 0, 0), Contains("found no train_images.npy"));
}

TEST_CASE("npz: every damaged byte is refused or harmless, never read as other data") {
  const DataFolder folder;
  const std::string whole = zip({{"x.npy", std::string(100, 'a')}, {"y.npy", "bcd"}}, 8);
  const auto expected = read_npz(folder.write("whole.npz", bytes(whole)));
  CHECK(expected.at("x") == std::string(100, 'a'));
  CHECK(expected.at("y") == "bcd");
  std::size_t refused = 0;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    try {
      for (const auto& [name, content] : read_npz(folder.write("damaged.npz", bytes(damaged))))
        CHECK((content == expected.at("x") || content == expected.at("y") || content.empty()));
    } catch (const InputError& error) {
      CHECK_THAT(error.what(), Contains("damaged.npz: offset"));
      ++refused;
    }
  }
  CHECK(refused > whole.size() / 3);
  for (std::size_t size = 0; size < whole.size(); ++size)
    CHECK_THROWS_AS(read_npz(folder.write("cut.npz", bytes(whole.substr(0, size)))), InputError);
}

TEST_CASE("npz: another method of compression is refused by its number") {
  const DataFolder folder;
  CHECK_THROWS_WITH(read_npz(folder.write("x.npz", bytes(zip({{"x.npy", "abc"}}, 12)))),
                    Contains("x.npy: expected stored or deflated, found method 12") || Contains("found method 12"));
}

}  // namespace ampa::data
