// A data set without files: noisy copies of ten random templates.
#pragma once

#include <cstdint>
#include <utility>

#include "data/dataset.h"

namespace ampa::data {

constexpr std::int64_t kSyntheticTrain = 512;  // images if no number is asked for
constexpr std::int64_t kSyntheticTest = 256;
constexpr std::int64_t kSyntheticMax = 65536;

// 1 x 12 x 12 images of ten classes, image i of class i % 10; always the same ones. Throws InputError for more than
// kSyntheticMax.
std::pair<LabelledImages, LabelledImages> make_synthetic(std::int64_t max_train, std::int64_t max_test);

}  // namespace ampa::data
