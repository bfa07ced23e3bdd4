// The IDX format of the MNIST family: big-endian header, one byte a pixel or label.
#pragma once

#include <cstdint>
#include <filesystem>

#include "data/dataset.h"

namespace ampa::data {

// Loads PREFIX-images-idx3-ubyte and PREFIX-labels-idx1-ubyte of a folder, each plain or with .gz, keeping the first
// max_count images (0: all; a larger number than there are keeps all). Checked are magic numbers, sizes,
// equal counts, all labels below num_classes, and every checksum of a .gz file, whatever is kept. Throws InputError.
LabelledImages load_idx(const std::filesystem::path& dir, const std::string& prefix, std::int64_t num_classes,
                        std::int64_t max_count);

}  // namespace ampa::data
