// A batch of samples as tensors.
#pragma once

#include <cstdint>
#include <vector>

#include "data/source.h"
#include "ir/tensor.h"

namespace ampa::train {

struct Batch {
  ir::Tensor input;                 // (samples, height, width, channels)
  std::vector<ir::Tensor> targets;  // in the source's order, of as many samples

  std::vector<const ir::Tensor*> target_list() const;
};

// Samples indices[0 .. size) of a part, in that order; `batch` is resized, its memory used again.
void read_batch(const data::Source& source, data::Part part, const std::int64_t* indices, std::int64_t size,
                const data::Variation& variation, Batch& batch);

}  // namespace ampa::train
