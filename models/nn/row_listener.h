// The way in which a layer hears of its neighbour's tensors while they are written.
#pragma once

#include "nn/tensor.h"

namespace ampa::nn {

// Told by the layer that writes a tensor: start() once the tensor has its shape, then on_rows() for all rows of every
// image as soon as they are final: the rows of an image in ascending order by the thread that wrote them, while they
// are in its cache; one image after the other. on_rows() may change the rows.
class RowListener {
 public:
  virtual ~RowListener() = default;
  virtual void start(Tensor& tensor) = 0;
  virtual void on_rows(std::int64_t image, std::int64_t first_row, std::int64_t num_rows) = 0;
};

}  // namespace ampa::nn
