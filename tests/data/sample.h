// One sample of a source, as vectors.
#pragma once

#include <vector>

#include "data/source.h"

namespace ampa::data {

struct Sample {
  std::vector<float> input, target;
};

inline Sample sample_of(const Source& source, Part part, std::int64_t index, const Variation& variation = {}) {
  Sample sample;
  sample.input.resize(static_cast<std::size_t>(source.shape().input.shape.size()));
  sample.target.resize(static_cast<std::size_t>(source.shape().targets.at(0).shape.size()));
  float* const out[] = {sample.input.data(), sample.target.data()};
  source.read(part, index, variation, out);
  return sample;
}

}  // namespace ampa::data
