// What a model that serves several widths takes to store, beside the other ways to have all of them.
#pragma once

#include <cstdint>
#include <vector>

#include "numerics/formats.h"

namespace ampa::weights {

// Numbers that a run of several widths has come to, without the optimizer's.
struct StoredCounts {
  std::vector<std::int64_t> codes;  // weights of every quantized layer
  std::int64_t shared = 0;          // FP32 numbers that all widths share: other weights, scales of weights
  std::int64_t of_width = 0;        // FP32 numbers that a width has for itself: batch norm, scales of activations
  std::int64_t all_widths = 0;      // those of all widths together, pairs of widths included
};

// In bytes; codes packed by rule B1 of NUMERICS.md.
struct StoredBytes {
  std::int64_t integer_model = 0;    // one model, weights as integers of the highest width
  std::int64_t fp32_model = 0;       // the same with FP32 weights
  std::int64_t separate_models = 0;  // an integer model for every width
};
StoredBytes stored_bytes(const StoredCounts& counts, const std::vector<Bits>& widths);  // falling, at least one

}  // namespace ampa::weights
