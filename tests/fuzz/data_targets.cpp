// Readers of data sets. One input is several files: a 32-bit little-endian size before each.
#include "data/binary_file.h"
#include "data/cifar.h"
#include "data/idx.h"
#include "fuzz_target.h"

namespace ampa::fuzz {
namespace {

constexpr std::int64_t kFewImages = 2;

void idx(std::string_view bytes) {
  const std::filesystem::path folder = file_with("idx", "train-images-idx3-ubyte", take_file(bytes)).parent_path();
  file_with("idx", "train-labels-idx1-ubyte", take_file(bytes));
  data::load_idx(folder, "train", 10, 0);
  data::load_idx(folder, "train", 10, kFewImages);
}

void idx_gz(std::string_view bytes) {
  const std::filesystem::path folder =
      file_with("idx_gz", "train-images-idx3-ubyte.gz", take_file(bytes)).parent_path();
  file_with("idx_gz", "train-labels-idx1-ubyte.gz", take_file(bytes));
  data::load_idx(folder, "train", 10, kFewImages);
}

void cifar(std::string_view bytes) {
  const std::string_view train = take_file(bytes), test = take_file(bytes);
  std::filesystem::path folder;
  for (const char* name :
       {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"})
    folder = file_with("cifar", name, train).parent_path();
  file_with("cifar", "test_batch.bin", test);
  data::load_cifar10(folder, 0, 0);
  data::load_cifar10(folder, kFewImages, kFewImages);
}

void cifar100(std::string_view bytes) {
  const std::filesystem::path folder = file_with("cifar100", "train.bin", take_file(bytes)).parent_path();
  file_with("cifar100", "test.bin", take_file(bytes));
  data::load_cifar100(folder, 0, kFewImages);
}

void gz(std::string_view bytes) {
  const std::filesystem::path path = file_with("gz", "file.gz", bytes);
  data::read_head(path, 16);
  data::read_start(path, 16, 4096);
  data::read_binary(path);
}

}  // namespace

const std::vector<Target>& data_targets() {
  static const std::vector<Target> targets = {
      {"idx", idx}, {"idx_gz", idx_gz}, {"cifar", cifar}, {"cifar100", cifar100}, {"gz", gz}};
  return targets;
}

}  // namespace ampa::fuzz
