#include "data/source.h"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "common/error.h"
#include "data/digest.h"
#include "data/images_source.h"
#include "data_folder.h"

using namespace ampa;
using namespace ampa::data;
using Catch::Contains;

namespace {

Dataset load_dataset(const std::string& name, const std::string& dir, std::int64_t max_train, std::int64_t max_test) {
  return dynamic_cast<const ImagesSource&>(*load_source(name, dir, max_train, max_test)).dataset();
}

}  // namespace

TEST_CASE("the data sets are listed in order, each loadable by its name") {
  std::vector<std::string> names;
  for (const SourceInfo& info : sources()) names.push_back(info.name);
  CHECK(names == std::vector<std::string>{"fashion-mnist", "cifar10", "cifar100", "idx", "synthetic", "npy", "folder",
                                          "masks", "text", "blobs", "grammar"});
  CHECK_THROWS_AS(load_dataset("mnist", "", 0, 0), InputError);
  CHECK_THROWS_WITH(load_dataset("mnist", "", 0, 0), Contains("fashion-mnist, cifar10") && Contains("\"mnist\""));
}

TEST_CASE("a data set without its folder is an error that says what to give") {
  CHECK_THROWS_WITH(load_dataset("cifar10", "", 0, 0), Contains("data_dir") && Contains("CIFAR-10 binary"));
  CHECK_THROWS_WITH(load_dataset("cifar100", "/nowhere/at/all", 0, 0), Contains("/nowhere/at/all"));
  CHECK_THROWS_WITH(load_dataset("fashion-mnist", "/nowhere/at/all", 0, 0), Contains("/nowhere/at/all"));
  CHECK_THROWS_WITH(load_dataset("synthetic", "", -1, 0), Contains("max_train") && Contains("found -1"));
  CHECK_THROWS_WITH(load_dataset("synthetic", "", 0, -5), Contains("max_test") && Contains("found -5"));
}

TEST_CASE("the synthetic set is normalised over the images that were loaded") {
  const Dataset dataset = load_dataset("synthetic", "", 100, 10);
  CHECK(dataset.name == "synthetic");
  CHECK(dataset.train.count() == 100);
  double sum = 0;
  for (const std::uint8_t pixel : dataset.train.pixels) sum += pixel / 255.0;
  REQUIRE(dataset.mean.size() == 1);
  CHECK(dataset.mean[0] == Approx(sum / 14400).epsilon(1e-6));
  CHECK(dataset.std[0] > 0.1f);
}

TEST_CASE("train and test images of different sizes do not make a data set") {
  const DataFolder folder;
  folder.write("train-images-idx3-ubyte", {0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 5, 6});
  folder.write("train-labels-idx1-ubyte", {0, 0, 8, 1, 0, 0, 0, 1, 3});
  folder.write("t10k-images-idx3-ubyte", {0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 5, 6});
  folder.write("t10k-labels-idx1-ubyte", {0, 0, 8, 1, 0, 0, 0, 1, 3});
  CHECK_THROWS_WITH(load_dataset("fashion-mnist", folder.path().string(), 0, 0), Contains("found 1 x 2 and 2 x 1"));
}

TEST_CASE("a set of IDX files is given by its folder, or by what their names begin with") {
  const DataFolder folder;
  for (const std::string part : {"train", "test"}) {
    folder.write("letters-" + part + "-images-idx3-ubyte",
                 {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 5, 6, 7, 8});
    folder.write("letters-" + part + "-labels-idx1-ubyte", {0, 0, 8, 1, 0, 0, 0, 2, 1, 2});
  }
  CHECK(load_dataset("idx", folder.path().string(), 0, 0).train.num_classes == 2);
  CHECK(load_dataset("idx", (folder.path() / "letters").string(), 0, 0).test.labels == Bytes{0, 1});
  CHECK_THROWS_WITH(load_dataset("idx", (folder.path() / "none" / "letters").string(), 0, 0),
                    Contains("no such folder"));
  CHECK_THROWS_WITH(load_dataset("idx", "", 0, 0), Contains("data_dir"));
}

TEST_CASE("Fashion-MNIST has its published size and its known mean and deviation") {
  if (!std::filesystem::exists("/usr/share/datasets/fashion-mnist")) {
    WARN("skipped: Fashion-MNIST is not installed (Debian package dataset-fashion-mnist)");
    return;
  }
  const Dataset dataset = load_dataset("fashion-mnist", "", 0, 0);
  CHECK(dataset.train.count() == 60000);
  CHECK(dataset.test.count() == 10000);
  CHECK(dataset.train.shape == ir::Shape{1, 28, 28});
  CHECK(dataset.mean[0] == Approx(0.2860).margin(5e-5));
  CHECK(dataset.std[0] == Approx(0.3530).margin(5e-5));
  CHECK(dataset.train.labels[0] == 9);
  CHECK(load_dataset("fashion-mnist", "", 600, 100).train.labels[599] == dataset.train.labels[599]);
}

TEST_CASE("CIFAR-10 files in a user's folder load") {
  const char* dir = std::getenv("AMPA_CIFAR10_DIR");
  if (dir == nullptr) {
    WARN("skipped: set AMPA_CIFAR10_DIR to a folder with the binary version of CIFAR-10");
    return;
  }
  const Dataset dataset = load_dataset("cifar10", dir, 1000, 500);
  CHECK(dataset.train.count() == 1000);
  CHECK(dataset.test.count() == 500);
  REQUIRE(dataset.mean.size() == 3);
  for (const float mean : dataset.mean) CHECK(mean == Approx(0.47).margin(0.06));
  for (const float std : dataset.std) CHECK(std == Approx(0.25).margin(0.03));
}

TEST_CASE("every source of the table has a name, a format and words; a sample is an image and its class") {
  for (const SourceInfo& row : sources()) {
    INFO(row.name);
    CHECK_FALSE(row.format.empty());
    CHECK_FALSE(row.description.empty());
    CHECK(row.load != nullptr);
  }
  const auto source = load_source("synthetic", "", 20, 7);
  CHECK(source->name() == "synthetic");
  CHECK(source->count(Part::kTrain) == 20);
  CHECK(source->count(Part::kTest) == 7);
  CHECK(source->shape().num_classes == 10);
  REQUIRE(source->shape().targets.size() == 1);
  CHECK(source->shape().targets[0].shape.size() == 1);
  const Dataset& dataset = dynamic_cast<const ImagesSource&>(*source).dataset();
  CHECK(source->digest(Part::kTest) == digest(dataset.test));
  std::vector<float> image(static_cast<std::size_t>(source->shape().input.shape.size()));
  float label = -1;
  float* const out[] = {image.data(), &label};
  source->read(Part::kTest, 6, {}, out);
  CHECK(label == 6);
  CHECK(image[5] == static_cast<float>((dataset.test.pixels[6 * 144 + 5] / 255.0 - dataset.mean[0]) / dataset.std[0]));
}
