#include "data/dataset.h"

#include <fmt/format.h>

#include <filesystem>
#include <tuple>
#include <utility>

#include "common/error.h"
#include "data/cifar.h"
#include "data/idx.h"
#include "data/statistics.h"
#include "data/synthetic.h"

namespace ampa::data {
namespace {

using Parts = std::pair<LabelledImages, LabelledImages>;

Parts load_fashion_mnist(const std::filesystem::path& dir, std::int64_t max_train, std::int64_t max_test) {
  return {load_idx(dir, "train", 10, max_train), load_idx(dir, "t10k", 10, max_test)};
}

Parts load_whole_cifar10(const std::filesystem::path& dir, std::int64_t max_train, std::int64_t max_test) {
  return load_cifar10(dir, max_train, max_test);
}

Parts load_synthetic(const std::filesystem::path&, std::int64_t max_train, std::int64_t max_test) {
  return make_synthetic(max_train, max_test);
}

struct Loader {
  DatasetInfo info;
  bool reads_files;
  Parts (*load)(const std::filesystem::path& dir, std::int64_t max_train, std::int64_t max_test);
};

// One line per data set.
const std::vector<Loader>& loaders() {
  static const std::vector<Loader> table = {
      {{"fashion-mnist", "IDX", "/usr/share/datasets/fashion-mnist",
        "70,000 grey images of clothes, 28 x 28, 10 classes (Debian package dataset-fashion-mnist)"},
       true,
       load_fashion_mnist},
      {{"cifar10", "CIFAR-10 binary", "", "60,000 colour images, 32 x 32, 10 classes"}, true, load_whole_cifar10},
      {{"cifar100", "CIFAR-100 binary", "", "60,000 colour images, 32 x 32, 100 classes"}, true, load_cifar100},
      {{"idx", "IDX", "",
        "any train and test images in IDX files (MNIST, KMNIST, EMNIST), as they are stored; classes counted from the "
        "labels; where a folder holds several sets, the place is FOLDER/NAME, as in gzip/emnist-letters"},
       true,
       load_idx_sets},
      {{"synthetic", "generated", "", "noisy copies of ten random templates, 12 x 12, for tests"},
       false,
       load_synthetic},
  };
  return table;
}

const Loader& find_loader(const std::string& name) {
  std::string valid;
  for (const Loader& loader : loaders()) {
    if (loader.info.name == name) return loader;
    valid += (valid.empty() ? "" : ", ") + loader.info.name;
  }
  throw InputError(fmt::format("dataset: expected one of {}, found \"{}\"", valid, name));
}

void check_count(const char* key, std::int64_t count) {
  if (count < 0) throw InputError(fmt::format("{}: expected an integer >= 0, found {}", key, count));
}

std::filesystem::path folder(const Loader& loader, const std::string& data_dir) {
  if (!loader.reads_files) return {};
  const std::string dir = data_dir.empty() ? loader.info.default_dir : data_dir;
  if (dir.empty())
    throw InputError(fmt::format("data_dir: expected the folder that holds the {} files of {}, found nothing",
                                 loader.info.format, loader.info.name));
  std::error_code ignored;
  // The files of a set of IDX files may be given by what their names begin with.
  const bool is_place =
      loader.load == load_idx_sets && std::filesystem::is_directory(std::filesystem::path(dir).parent_path(), ignored);
  if (!is_place && !std::filesystem::is_directory(dir, ignored))
    throw InputError(fmt::format("data_dir: {}: expected a folder with the {} files of {}, found no such folder", dir,
                                 loader.info.format, loader.info.name));
  return dir;
}

}  // namespace

const std::vector<DatasetInfo>& datasets() {
  static const std::vector<DatasetInfo> infos = [] {
    std::vector<DatasetInfo> list;
    for (const Loader& loader : loaders()) list.push_back(loader.info);
    return list;
  }();
  return infos;
}

Dataset load_dataset(const std::string& name, const std::string& data_dir, std::int64_t max_train,
                     std::int64_t max_test) {
  const Loader& loader = find_loader(name);
  check_count("max_train", max_train);
  check_count("max_test", max_test);
  Dataset dataset;
  dataset.name = name;
  std::tie(dataset.train, dataset.test) = loader.load(folder(loader, data_dir), max_train, max_test);
  if (dataset.train.shape != dataset.test.shape)
    throw InputError(fmt::format("{}: expected train and test images of one size, found {} x {} and {} x {}", name,
                                 dataset.train.shape.height, dataset.train.shape.width, dataset.test.shape.height,
                                 dataset.test.shape.width));
  ChannelStatistics statistics = channel_statistics(dataset.train);
  dataset.mean = std::move(statistics.mean);
  dataset.std = std::move(statistics.std);
  return dataset;
}

}  // namespace ampa::data
