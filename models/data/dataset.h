// Labelled images in memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ir/network.h"

namespace ampa::data {

// Images as the files hold them, one byte a pixel, in (image, height, width, channel) order.
struct LabelledImages {
  ir::Shape shape;
  std::int64_t num_classes = 0;
  std::vector<std::uint8_t> pixels;  // count() * shape.size()
  std::vector<std::uint8_t> labels;  // 0 .. num_classes - 1
  std::int64_t count() const { return static_cast<std::int64_t>(labels.size()); }
};

struct Dataset {
  std::string name;
  LabelledImages train, test;
  // Per channel, over the training images that were loaded, in units of 1/255: pixels are normalised to
  // (pixel / 255 - mean) / std.
  std::vector<float> mean, std;
};

struct DatasetInfo {
  std::string name;         // as --dataset takes it
  std::string format;       // "IDX", "CIFAR-10 binary", ...
  std::string default_dir;  // empty: --data-dir must be given
  std::string description;
};

// fashion-mnist, cifar10, cifar100, idx, synthetic.
const std::vector<DatasetInfo>& datasets();

// Loads a data set from `data_dir` (empty: its default place), keeping the first max_train and max_test images (0:
// all). Throws InputError naming the file, what was expected and what was found: missing, truncated, wrong magic, label
// range.
Dataset load_dataset(const std::string& name, const std::string& data_dir, std::int64_t max_train,
                     std::int64_t max_test);

}  // namespace ampa::data
