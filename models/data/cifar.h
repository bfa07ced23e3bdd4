// The binary version of CIFAR-10 and CIFAR-100: records of label bytes and 3 x 32 x 32 planar pixels.
#pragma once

#include <cstdint>
#include <filesystem>
#include <utility>

#include "data/dataset.h"

namespace ampa::data {

// The train and test images of a folder, keeping the first max_train and max_test (0, or more than there are: all).
//   CIFAR-10:  data_batch_1.bin .. data_batch_5.bin in that order, as far as max_train needs them; test_batch.bin
//   CIFAR-100: train.bin; test.bin; labelled with the 100 fine classes
// Files may hold any number of whole records. Throws InputError naming the file: missing, not a whole number of
// records, a label out of range. With allow_missing_batches those of the five that
// exist (at least one) are taken.
std::pair<LabelledImages, LabelledImages> load_cifar10(const std::filesystem::path& dir, std::int64_t max_train,
                                                       std::int64_t max_test, bool allow_missing_batches = false);
std::pair<LabelledImages, LabelledImages> load_cifar100(const std::filesystem::path& dir, std::int64_t max_train,
                                                        std::int64_t max_test);

}  // namespace ampa::data
