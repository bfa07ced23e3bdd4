#include "data/cifar.h"

#include <catch2/catch.hpp>

#include "common/error.h"
#include "data_folder.h"

using namespace ampa;
using namespace ampa::data;
using Catch::Contains;

namespace {

constexpr std::size_t kPlane = 1024;

// Records of the given labels; the planes of record i are constant 3 i, 3 i + 1, 3 i + 2 except their first pixel 200.
Bytes records(const std::vector<Bytes>& labels) {
  Bytes bytes;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    bytes.insert(bytes.end(), labels[i].begin(), labels[i].end());
    for (std::size_t plane = 0; plane < 3; ++plane) {
      bytes.insert(bytes.end(), kPlane, static_cast<std::uint8_t>(3 * i + plane));
      bytes[bytes.size() - kPlane] = 200;
    }
  }
  return bytes;
}

}  // namespace

TEST_CASE("CIFAR-10 batches are joined in order, planes interleaved") {
  const DataFolder folder;
  folder.write("data_batch_2.bin", records({{5}, {6}}));
  folder.write("data_batch_5.bin", records({{7}}));
  folder.write("test_batch.bin", records({{9}}));
  const auto [train, test] = load_cifar10(folder.path(), 0, 0, true);
  CHECK(train.shape == ir::Shape{3, 32, 32});
  CHECK(train.num_classes == 10);
  CHECK(train.labels == Bytes{5, 6, 7});
  CHECK(test.labels == Bytes{9});
  REQUIRE(train.pixels.size() == 3 * 3 * kPlane);
  const std::uint8_t* second = train.pixels.data() + 3 * kPlane;
  CHECK(Bytes(second, second + 6) == Bytes{200, 200, 200, 3, 4, 5});
  CHECK(load_cifar10(folder.path(), 2, 1, true).first.labels == Bytes{5, 6});
  CHECK(load_cifar10(folder.path(), 1, 0, true).first.labels == Bytes{5});
}

TEST_CASE("CIFAR-10 batches that are missing are an error that names them, unless no image of them is asked for") {
  const DataFolder folder;
  folder.write("test_batch.bin", records({{9}}));
  folder.write("data_batch_1.bin", records({{1}, {2}}));
  folder.write("data_batch_2.bin", records({{3}}));
  folder.write("data_batch_4.bin", records({{4}}));
  CHECK_THROWS_AS(load_cifar10(folder.path(), 0, 0), InputError);
  CHECK_THROWS_WITH(
      load_cifar10(folder.path(), 0, 0),
      Contains(folder.path().string()) &&
          Contains("found data_batch_3.bin, data_batch_5.bin missing and 3 images in the batches before"));
  CHECK_THROWS_WITH(load_cifar10(folder.path(), 4, 0), Contains("data_batch_3.bin"));
  CHECK(load_cifar10(folder.path(), 3, 0).first.labels == Bytes{1, 2, 3});
  CHECK(load_cifar10(folder.path(), 0, 0, true).first.labels == Bytes{1, 2, 3, 4});
  std::filesystem::remove(folder.path() / "data_batch_1.bin");
  CHECK_THROWS_WITH(load_cifar10(folder.path(), 1, 0), Contains("data_batch_1.bin, data_batch_3.bin"));
  folder.write("data_batch_1.bin", records({{1}}));
  folder.write("data_batch_3.bin", records({{1}}));
  folder.write("data_batch_5.bin", records({{1}}));
  CHECK(load_cifar10(folder.path(), 0, 0).first.count() == 5);
}

TEST_CASE("CIFAR-100 keeps the fine label") {
  const DataFolder folder;
  folder.write("train.bin", records({{19, 99}, {0, 42}}));
  folder.write("test.bin", records({{3, 7}}));
  const auto [train, test] = load_cifar100(folder.path(), 0, 0);
  CHECK(train.num_classes == 100);
  CHECK(train.labels == Bytes{99, 42});
  CHECK(test.labels == Bytes{7});
  CHECK(test.pixels[3] == 0);
  CHECK(test.pixels[4] == 1);
}

TEST_CASE("CIFAR files that are missing or wrong are named with what was expected and found") {
  const DataFolder folder;
  CHECK_THROWS_WITH(load_cifar10(folder.path(), 0, 0),
                    Contains(folder.path().string()) && Contains("data_batch_1.bin"));
  folder.write("data_batch_1.bin", records({{1}}));
  CHECK_THROWS_WITH(load_cifar10(folder.path(), 1, 0), Contains("test_batch.bin"));
  folder.write("test_batch.bin", records({{1}, {10}}));
  CHECK_THROWS_WITH(load_cifar10(folder.path(), 1, 1),
                    Contains("test_batch.bin: record 1: expected a label in 0..9, found 10"));
  Bytes cut = records({{1}, {2}});
  cut.pop_back();
  folder.write("data_batch_1.bin", cut);
  CHECK_THROWS_AS(load_cifar10(folder.path(), 1, 0), InputError);
  CHECK_THROWS_WITH(load_cifar10(folder.path(), 1, 0),
                    Contains("data_batch_1.bin: expected one or more records of 3073 bytes, found 6145 bytes"));
  folder.write("data_batch_1.bin", {});
  CHECK_THROWS_WITH(load_cifar10(folder.path(), 0, 0), Contains("found 0 bytes"));
  folder.write("train.bin", records({{20, 5}}));
  CHECK_THROWS_WITH(load_cifar100(folder.path(), 0, 0), Contains("train.bin: record 0") && Contains("0..19, found 20"));
}
