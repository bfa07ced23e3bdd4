// The IDX format of the MNIST family: big-endian header, one byte a pixel or label.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>

#include "data/dataset.h"

namespace ampa::data {

// What the labels of a file may be; the smallest becomes class 0.
struct LabelRange {
  std::int64_t first = 0;
  std::int64_t num_classes = 0;
};

// Loads PREFIX-images-idx3-ubyte and PREFIX-labels-idx1-ubyte of a folder (or with a dot for the hyphen before idx, as
// some archives unpack), each plain or with .gz, keeping the first max_count images (0: all; a larger number than there
// are keeps all). Checked are magic numbers, sizes, equal counts, all labels, and every checksum of a .gz file, whatever is
// kept. Throws InputError.
LabelledImages load_idx(const std::filesystem::path& dir, const std::string& prefix, const LabelRange& labels,
                        std::int64_t max_count);

inline LabelledImages load_idx(const std::filesystem::path& dir, const std::string& prefix, std::int64_t num_classes,
                               std::int64_t max_count) {
  return load_idx(dir, prefix, LabelRange{0, num_classes}, max_count);
}

// Any train and test images in these files: those whose prefixes are [NAME-]train and [NAME-]t10k or [NAME-]test, as
// MNIST, KMNIST and EMNIST have them. `place` is the folder, or FOLDER/NAME where it holds several NAMEs. Classes are
// counted from the labels of all training images, which begin at 0 or at 1 (the letters of EMNIST). Images stay as they
// are stored: those of EMNIST are transposed. Throws InputError.
std::pair<LabelledImages, LabelledImages> load_idx_sets(const std::filesystem::path& place, std::int64_t max_train,
                                                        std::int64_t max_test);

}  // namespace ampa::data
