// An evaluation looks at every image alone.
#pragma once

#include <vector>

#include "op_harness.h"

namespace ampa::ops {

// Three images of different ranges.
inline Tensor unlike_images(Tensor batch) {
  image_array(batch, 1) *= 7;
  image_array(batch, 2) = image_array(batch, 2).abs() + 0.3f;
  return batch;
}

// Each image of a batch gives what it gives in a batch of its own.
inline void check_images_alone(const ir::Layer& layer, const std::vector<Tensor>& batch) {
  OpHarness together(layer, batch);
  together.fill_parameters(5);
  together.context.training = false;
  together.context.images_alone = true;
  together.forward();
  for (std::int64_t image = 0; image < batch[0].images; ++image) {
    std::vector<Tensor> single(batch.size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
      single[i].resize(1, batch[i].height, batch[i].width, batch[i].channels);
      image_array(single[i], 0) = image_array(batch[i], image);
    }
    OpHarness alone(layer, single);
    alone.fill_parameters(5);
    alone.forward();
    CHECK((image_array(together.out, image) == image_array(alone.out, 0)).all());
  }
}

}  // namespace ampa::ops
