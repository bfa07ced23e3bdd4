// The way in which a layer hears of its neighbour's tensors image by image.
#pragma once

#include "nn/tensor.h"

namespace ampa::nn {

// Told by the layer that writes a tensor: start() once the tensor has its shape, then on_image() for every image as
// soon as it is final, by the thread that wrote it and while it is still in that thread's cache. on_image() may change
// the image.
class ImageListener {
 public:
  virtual ~ImageListener() = default;
  virtual void start(Tensor& tensor) = 0;
  virtual void on_image(std::int64_t image) = 0;
};

}  // namespace ampa::nn
