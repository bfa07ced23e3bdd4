#include "data/idx.h"

#include <catch2/catch.hpp>

#include "common/atomic_file.h"
#include "common/error.h"
#include "data_folder.h"

using namespace ampa;
using namespace ampa::data;
using Catch::Contains;

namespace {

// Five images of 3 x 2 pixels: pixel p of image i is 10 i + p; labels 4, 3, 2, 1, 0.
Bytes images() {
  Bytes bytes = {0, 0, 8, 3, 0, 0, 0, 5, 0, 0, 0, 3, 0, 0, 0, 2};
  for (int image = 0; image < 5; ++image)
    for (int pixel = 0; pixel < 6; ++pixel) bytes.push_back(static_cast<std::uint8_t>(10 * image + pixel));
  return bytes;
}

Bytes labels() {
  return {0, 0, 8, 1, 0, 0, 0, 5, 4, 3, 2, 1, 0};
}

std::string error_of(const Bytes& image_file, const Bytes& label_file) {
  const DataFolder folder;
  folder.write("t-images-idx3-ubyte", image_file);
  folder.write("t-labels-idx1-ubyte", label_file);
  try {
    load_idx(folder.path(), "t", 10, 1);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("IDX files load, plain and compressed, whole and in part") {
  const DataFolder folder;
  folder.write("t-images-idx3-ubyte", images());
  folder.write_gzip("t-labels-idx1-ubyte.gz", labels());
  const LabelledImages all = load_idx(folder.path(), "t", 10, 0);
  CHECK(all.shape == ir::Shape{1, 3, 2});
  CHECK(all.num_classes == 10);
  CHECK(all.labels == Bytes{4, 3, 2, 1, 0});
  CHECK(all.pixels.size() == 30);
  CHECK(all.pixels[13] == 21);
  const LabelledImages two = load_idx(folder.path(), "t", 10, 2);
  CHECK(two.labels == Bytes{4, 3});
  CHECK(two.pixels == Bytes(all.pixels.begin(), all.pixels.begin() + 12));
  CHECK(load_idx(folder.path(), "t", 10, 99).count() == 5);
}

TEST_CASE("compressed IDX files are checked to their end, however few images are kept") {
  const DataFolder folder;
  folder.write("t-labels-idx1-ubyte", labels());
  const std::string name = "t-images-idx3-ubyte.gz";
  const auto error_of_gzip = [&](const Bytes& inflated, const std::string& behind) -> std::string {
    const std::string bytes = read_file(folder.write_gzip(name, inflated)) + behind;
    folder.write(name, Bytes(bytes.begin(), bytes.end()));
    std::string errors[2] = {"no error", "no error"};
    for (const int kept : {0, 1}) {
      try {
        load_idx(folder.path(), "t", 10, kept);
      } catch (const InputError& error) {
        errors[kept] = error.what();
      }
    }
    CHECK(errors[0] == errors[1]);
    return errors[1];
  };
  CHECK(error_of_gzip(images(), "") == "no error");
  CHECK_THAT(error_of_gzip(images(), std::string(512, '\0')), Contains(name) && Contains("further bytes (zeros"));
  CHECK_THAT(error_of_gzip(images(), "hello garbage"), Contains(name) && Contains("further bytes"));
  Bytes longer = images();
  longer.resize(5'000'000);
  CHECK_THAT(error_of_gzip(longer, ""), Contains(name + ": expected 46 bytes for 5 images, found more"));
  // Two members, each with a part of an image.
  const Bytes whole = images();
  const std::string first = read_file(folder.write_gzip(name, Bytes(whole.begin(), whole.begin() + 19)));
  const std::string second = read_file(folder.write_gzip(name, Bytes(whole.begin() + 19, whole.end())));
  const std::string both = first + second;
  folder.write(name, Bytes(both.begin(), both.end()));
  CHECK(load_idx(folder.path(), "t", 10, 0).pixels == Bytes(whole.begin() + 16, whole.end()));
  CHECK(load_idx(folder.path(), "t", 10, 2).count() == 2);
}

TEST_CASE("IDX files that are missing or wrong are named with what was expected and found") {
  const DataFolder empty;
  CHECK_THROWS_WITH(load_idx(empty.path(), "t", 10, 0),
                    Contains(empty.path().string()) && Contains("t-images-idx3-ubyte"));

  Bytes bad = images();
  bad[3] = 1;
  CHECK_THAT(error_of(bad, labels()),
             Contains("t-images-idx3-ubyte: expected the IDX magic number 0x00000803, found 0x00000801"));
  bad = images();
  bad.pop_back();
  CHECK_THAT(error_of(bad, labels()), Contains("t-images-idx3-ubyte: expected 46 bytes for 5 images, found 45"));
  bad = images();
  bad.push_back(0);
  CHECK_THAT(error_of(bad, labels()), Contains("expected 46 bytes for 5 images, found 47"));
  CHECK_THAT(error_of({0, 0, 8, 3}, labels()), Contains("expected a header of 16 bytes, found 4 bytes"));
  bad = images();
  bad[4] = 255;  // 4 billion images: the size is compared, not allocated
  CHECK_THAT(error_of(bad, labels()), Contains("found 46"));
  bad = images();
  bad[11] = 0;
  CHECK_THAT(error_of(bad, labels()), Contains("found 5 of 0 x 2"));

  bad = labels();
  bad[0] = 9;
  CHECK_THAT(error_of(images(), bad), Contains("t-labels-idx1-ubyte: expected the IDX magic number 0x00000801"));
  CHECK_THAT(error_of(images(), {0, 0, 8, 1, 0, 0, 0, 4, 4, 3, 2, 1}),
             Contains("t-labels-idx1-ubyte: expected 5 labels") && Contains("found 4"));
  bad = labels();
  bad[12] = 10;
  CHECK_THAT(error_of(images(), bad), Contains("t-labels-idx1-ubyte: record 4: expected a label in 0..9, found 10"));
}

TEST_CASE("IDX files have a hyphen or a dot in their names, plain or compressed") {
  for (const char* image_name : {"t-images-idx3-ubyte", "t-images.idx3-ubyte"})
    for (const char* label_name : {"t-labels-idx1-ubyte", "t-labels.idx1-ubyte"})
      for (const bool compressed : {false, true}) {
        const DataFolder folder;
        if (compressed) {
          folder.write_gzip(std::string(image_name) + ".gz", images());
          folder.write(label_name, labels());
        } else {
          folder.write(image_name, images());
          folder.write_gzip(std::string(label_name) + ".gz", labels());
        }
        CHECK(load_idx(folder.path(), "t", 10, 0).labels == Bytes{4, 3, 2, 1, 0});
      }
  const DataFolder empty;
  CHECK_THROWS_WITH(load_idx(empty.path(), "t", 10, 0),
                    Contains("expected one of t-images-idx3-ubyte, t-images-idx3-ubyte.gz, t-images.idx3-ubyte, "
                             "t-images.idx3-ubyte.gz in it"));
}

namespace {

Bytes labels_from(std::uint8_t first) {
  Bytes bytes = labels();
  for (std::size_t i = 8; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(bytes[i] + first);
  return bytes;
}

void write_set(const DataFolder& folder, const std::string& train, const std::string& test, std::uint8_t first) {
  folder.write(train + "-images-idx3-ubyte", images());
  folder.write_gzip(train + "-labels-idx1-ubyte.gz", labels_from(first));
  folder.write(test + "-images.idx3-ubyte", images());
  folder.write(test + "-labels.idx1-ubyte", labels_from(first));
}

}  // namespace

TEST_CASE("sets of IDX files are found by their names, with classes counted from their labels, from 0 or 1") {
  for (const std::string name : {"", "emnist-letters-"})
    for (const std::string test : {"t10k", "test"})
      for (const std::uint8_t first : {std::uint8_t{0}, std::uint8_t{1}}) {
        const DataFolder folder;
        write_set(folder, name + "train", name + test, first);
        const auto [train, tested] = load_idx_sets(folder.path(), 0, 2);
        CHECK(train.num_classes == 5);
        CHECK(train.labels == Bytes{4, 3, 2, 1, 0});
        CHECK(train.shape == ir::Shape{1, 3, 2});
        CHECK(tested.labels == Bytes{4, 3});
        // The classes are those of all training images, also where few are kept.
        CHECK(load_idx_sets(folder.path(), 1, 1).first.num_classes == 5);
      }
}

TEST_CASE("several sets of IDX files in a folder are chosen by name, and what is wrong with one is named") {
  const DataFolder folder;
  CHECK_THROWS_WITH(load_idx_sets(folder.path(), 0, 0), Contains("[NAME-]train-images-idx3-ubyte"));
  write_set(folder, "emnist-letters-train", "emnist-letters-test", 1);
  write_set(folder, "emnist-digits-train", "emnist-digits-test", 0);
  CHECK_THROWS_WITH(load_idx_sets(folder.path(), 0, 0),
                    Contains("found those of 2: choose one of " + (folder.path() / "emnist-digits").string() + ", " +
                             (folder.path() / "emnist-letters").string()));
  CHECK(load_idx_sets(folder.path() / "emnist-letters", 0, 0).first.num_classes == 5);
  CHECK_THROWS_WITH(load_idx_sets(folder.path() / "emnist-other", 0, 0),
                    Contains("emnist-other-train-labels-idx1-ubyte"));

  folder.write("emnist-digits-test-labels.idx1-ubyte", labels_from(1));
  CHECK_THROWS_WITH(load_idx_sets(folder.path() / "emnist-digits", 0, 0),
                    Contains("emnist-digits-test-labels.idx1-ubyte: record 0: expected a label in 0..4, found 5"));
  const DataFolder from_two;
  write_set(from_two, "train", "test", 2);
  CHECK_THROWS_WITH(load_idx_sets(from_two.path(), 0, 0),
                    Contains("expected labels of two or more classes counted from 0 or 1, found 2..6"));
}
