// The way in which a layer hears of its neighbour's tensors while they are written.
#pragma once

#include <vector>

#include "nn/tensor.h"

namespace ampa::nn {

// Told by the layer that writes a tensor: start() once the tensor has its shape, then on_rows() for all rows of every
// image as soon as they are final: the rows of an image in ascending order by the thread that wrote them, while they
// are in its cache; one image after the other. Images and rows are those of the shape that the tensor had at start().
// on_rows() may change the rows. Whoever breaks the order, and a finish() before the last row, get std::logic_error.
class RowListener {
 public:
  virtual ~RowListener() = default;

  void start(Tensor& tensor) {
    begin(tensor);
    hear(tensor);
  }
  void on_rows(std::int64_t image, std::int64_t first_row, std::int64_t num_rows);
  bool is_started() const { return is_started_; }
  void finish();  // all rows were told; the next tensor starts anew

 protected:
  void begin(const quant::FloatShape& shape);
  // Of the first rows of an image `first_row` is 0; the last ones end at the tensor's height.
  virtual void hear(Tensor& tensor) = 0;
  virtual void take_rows(std::int64_t image, std::int64_t first_row, std::int64_t num_rows) = 0;

 private:
  bool is_started_ = false;
  std::int64_t height_ = 0;
  std::vector<std::int64_t> rows_told_;  // of every image
};

}  // namespace ampa::nn
