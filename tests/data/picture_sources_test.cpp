#include <catch2/catch.hpp>

#include "common/error.h"
#include "data_folder.h"
#include "picture_writer.h"
#include "sample.h"

namespace ampa::data {
namespace {

using Catch::Contains;
namespace fs = std::filesystem;

// Five images of 4 x 6, brighter from one to the next, with the right half masked.
struct MaskFolder : DataFolder {
  explicit MaskFolder(const std::string& masks = "masks") {
    fs::create_directories(path() / "images");
    fs::create_directories(path() / masks);
    Picture mask = plain(1, 4, 6, 0);
    for (std::size_t i = 0; i < mask.pixels.size(); ++i) mask.pixels[i] = i % 6 >= 3 ? 255 : 0;
    for (int i = 0; i < 5; ++i) {
      const std::string name = std::string(1, static_cast<char>('a' + i)) + ".png";
      write_png(path() / "images" / name, plain(3, 4, 6, static_cast<std::uint8_t>(40 * i)));
      write_png(path() / masks / name, mask);
    }
  }
  std::unique_ptr<Source> load(const Json& options = Json::object()) const {
    return load_source("masks", path().string(), 0, 0, options);
  }
};

// Two classes with three images of 8 x 12 each, grey values 10 .. 30 and 110 .. 130.
struct ClassFolder : DataFolder {
  ClassFolder() {
    for (const std::string part : {"train", "val"})
      for (int label = 0; label < 2; ++label) {
        const fs::path dir = path() / part / (label == 0 ? "cat" : "dog");
        fs::create_directories(dir);
        for (int i = 1; i <= 3; ++i)
          write_png(dir / (std::to_string(i) + ".png"),
                    plain(3, 8, 12, static_cast<std::uint8_t>(100 * label + 10 * i)));
      }
  }
  std::unique_ptr<Source> load(std::int64_t max_train = 0, std::int64_t image_cache = 1) const {
    return load_source("folder", path().string(), max_train, 0, {{"image_size", 7}, {"image_cache", image_cache}});
  }
};

}  // namespace

TEST_CASE("masks: images with their masks, a fixed part of them for the test") {
  const MaskFolder folder;
  const auto source = folder.load();
  CHECK(source->shape().num_classes == 2);
  CHECK(source->shape().input.shape == ir::Shape{3, 4, 6});
  CHECK(source->count(Part::kTrain) == 4);
  CHECK(source->count(Part::kTest) == 1);
  CHECK(folder.load({{"test_percent", 40}})->count(Part::kTest) == 2);
  const Sample sample = sample_of(*source, Part::kTest, 0);
  for (std::size_t i = 0; i < 24; ++i) CHECK(sample.target[i] == (i % 6 >= 3 ? 1 : 0));
  const auto square = folder.load({{"image_size", 2}});
  CHECK(square->shape().targets.at(0).shape == ir::Shape{1, 2, 2});
  CHECK(sample_of(*square, Part::kTrain, 0).target == std::vector<float>{0, 1, 0, 1});
  CHECK(folder.load()->digest(Part::kTrain) == source->digest(Part::kTrain));
}

TEST_CASE("masks: a folder for each class, and parts of their own") {
  const MaskFolder folder("masks/0");
  fs::create_directories(folder.path() / "masks/1");
  for (const char* name : {"a.png", "b.png", "c.png", "d.png", "e.png"})
    write_jpeg(folder.path() / "masks/1" / fs::path(name).replace_extension(".jpg"), plain(1, 4, 6, 0));
  CHECK(folder.load()->shape().num_classes == 3);
  fs::create_directories(folder.path() / "train");
  fs::rename(folder.path() / "images", folder.path() / "train/images");
  fs::rename(folder.path() / "masks", folder.path() / "train/masks");
  fs::copy(folder.path() / "train", folder.path() / "test", fs::copy_options::recursive);
  CHECK(folder.load()->count(Part::kTest) == 5);
}

TEST_CASE("masks: what is missing or of another size is refused by file") {
  const auto error_of = [](const std::function<void(const fs::path&)>& change) -> std::string {
    const MaskFolder folder;
    change(folder.path());
    try {
      folder.load();
    } catch (const InputError& error) {
      return error.what();
    }
    return "no error";
  };
  CHECK_THAT(error_of([](const fs::path& dir) { fs::remove(dir / "masks/c.png"); }),
             Contains("images/c.png: expected a mask of this name in"));
  CHECK_THAT(error_of([](const fs::path& dir) { fs::remove(dir / "images/c.png"); }),
             Contains("masks/c.png: expected an image of this name in"));
  CHECK_THAT(error_of([](const fs::path& dir) { write_png(dir / "masks/b.png", plain(1, 4, 5, 0)); }),
             Contains("masks/b.png: expected a mask of the size of its image, 4 x 6, found 4 x 5"));
  CHECK_THAT(error_of([](const fs::path& dir) {
               write_png(dir / "masks/b.png", plain(1, 3, 5, 0));
               write_png(dir / "images/b.png", plain(3, 3, 5, 0));
             }),
             Contains("expected an image of ") && Contains("(image_size gives all one size)"));
  CHECK_THAT(error_of([](const fs::path& dir) { write_jpeg(dir / "images/b.jpg", plain(3, 4, 6, 0)); }),
             Contains("expected one picture of a name"));
  CHECK_THAT(error_of([](const fs::path& dir) { fs::copy(dir / "images/a.png", dir / "images/x.txt"); }),
             Contains("x.txt: expected .jpg, .jpeg and .png files"));
  CHECK_THAT(error_of([](const fs::path& dir) { fs::resize_file(dir / "images/a.png", 50); }),
             Contains("images/a.png: expected a whole PNG file"));
  CHECK_THAT(error_of([](const fs::path& dir) { fs::remove_all(dir / "masks"); }),
             Contains("masks: expected a folder of pictures, found none"));
}

TEST_CASE("folder: classes by name, every kind among the first, the middle of each image") {
  const ClassFolder folder;
  const auto source = folder.load();
  CHECK(source->shape().num_classes == 2);
  CHECK(source->shape().input.shape == ir::Shape{3, 7, 7});
  CHECK(source->count(Part::kTrain) == 6);
  for (std::int64_t i = 0; i < 6; ++i) {
    const Sample sample = sample_of(*source, Part::kTrain, i);
    CHECK((sample.input[0] > 0) == (sample.target[0] == 1));  // dogs are brighter than the mean
    const Sample varied = sample_of(*source, Part::kTrain, i, {true, 1, 0});
    CHECK(varied.input == sample.input);  // of one colour
  }
  CHECK(folder.load(4)->count(Part::kTrain) == 4);
  CHECK(folder.load(4)->digest(Part::kTrain) != source->digest(Part::kTrain));
}

TEST_CASE("folder: varied samples are other parts of the image, by seed, epoch and index") {
  const ClassFolder folder;
  Picture ramp = plain(3, 16, 24, 0);
  for (std::size_t i = 0; i < ramp.pixels.size(); ++i) ramp.pixels[i] = static_cast<std::uint8_t>(i / 5);
  for (const char* name : {"1.png", "2.png", "3.png"}) write_png(folder.path() / "train/cat" / name, ramp);
  const auto source = folder.load();
  std::int64_t cats = 0;
  for (std::int64_t i = 0; i < 6; ++i) {
    const Sample plain_one = sample_of(*source, Part::kTrain, i),
                 one = sample_of(*source, Part::kTrain, i, {true, 1, 0});
    if (plain_one.target[0] == 1) continue;
    ++cats;
    CHECK(one.input == sample_of(*source, Part::kTrain, i, {true, 1, 0}).input);
    CHECK(one.input != plain_one.input);
    CHECK(one.input != sample_of(*source, Part::kTrain, i, {true, 1, 1}).input);
    CHECK(one.input != sample_of(*source, Part::kTrain, i, {true, 2, 0}).input);
  }
  CHECK(cats == 3);
}

TEST_CASE("folder: images that are decoded anew for every batch are those that stay in memory") {
  const ClassFolder folder;
  Picture ramp = plain(3, 16, 24, 0);
  for (std::size_t i = 0; i < ramp.pixels.size(); ++i) ramp.pixels[i] = static_cast<std::uint8_t>(i / 5);
  write_jpeg(folder.path() / "train/cat/4.jpg", ramp);
  const auto kept = folder.load(), decoded = folder.load(0, 0);
  for (const Part part : {Part::kTrain, Part::kTest}) {
    CHECK(decoded->digest(part) == kept->digest(part));
    for (std::int64_t i = 0; i < kept->count(part); ++i)
      for (const bool varied : {false, true}) {
        const Sample a = sample_of(*decoded, part, i, {varied, 3, 1}), b = sample_of(*kept, part, i, {varied, 3, 1});
        CHECK(a.input == b.input);
        CHECK(a.target == b.target);
      }
  }
  CHECK(decoded->shape().input.mean == kept->shape().input.mean);
  CHECK(decoded->shape().input.std == kept->shape().input.std);

  for (const char* name : {"1.png", "2.png", "3.png"}) write_png(folder.path() / "val/dog" / name, plain(3, 8, 12, 77));
  std::string message;
  for (std::int64_t i = 0; i < decoded->count(Part::kTest); ++i) {
    CHECK_NOTHROW(sample_of(*kept, Part::kTest, i));
    try {
      sample_of(*decoded, Part::kTest, i);
    } catch (const InputError& error) {
      message = error.what();
    }
  }
  CHECK_THAT(message,
             Contains("val/dog/") && Contains(".png: expected the picture that was in it at the start, found another"));
}

TEST_CASE("folder: unknown labels and damaged images are refused by file") {
  const ClassFolder folder;
  fs::create_directories(folder.path() / "val/bird");
  CHECK_THROWS_WITH(folder.load(),
                    Contains("val/bird: expected a folder of one of the 2 training classes, found an unknown label"));
  fs::remove_all(folder.path() / "val/bird");
  write_jpeg(folder.path() / "val/dog/4.jpg", plain(3, 32, 32, 3));
  fs::resize_file(folder.path() / "val/dog/4.jpg", 400);
  CHECK_THROWS_WITH(folder.load(), Contains("val/dog/4.jpg: expected a whole JPEG file"));
  fs::remove_all(folder.path() / "train/cat");
  CHECK_THROWS_WITH(folder.load(), Contains("train: expected a folder of each of two or more classes, found 1"));
}

}  // namespace ampa::data
