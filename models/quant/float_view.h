// Float tensors as quantizers read them: values in memory, or rows that a neighbouring layer computes where they are
// read.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "common/poison.h"
#include "common/uninitialized_vector.h"
#include "kernels/kernels.h"

namespace ampa::quant {

// (images, height, width, channels), row-major without gaps.
struct FloatShape {
  std::int64_t images = 0, height = 0, width = 0, channels = 0;

  std::int64_t row_size() const { return width * channels; }
  std::int64_t image_size() const { return height * row_size(); }
  std::int64_t size() const { return images * image_size(); }
  friend bool operator==(const FloatShape& x, const FloatShape& y) {
    return x.images == y.images && x.height == y.height && x.width == y.width && x.channels == y.channels;
  }
  friend bool operator!=(const FloatShape& x, const FloatShape& y) { return !(x == y); }
};

// A float tensor that is computed where it is read, in place of being kept in memory. It owns its shape: images and
// rows are those of shape(), whatever the reader makes of the elements.
class RowSource {
 public:
  virtual ~RowSource() = default;
  virtual FloatShape shape() const = 0;
  // Writes rows [first_row, first_row + num_rows) of an image, shape().row_size() floats each, to `out`. Many threads
  // may read at a time.
  virtual void read(std::int64_t image, std::int64_t first_row, std::int64_t num_rows, float* out) const = 0;
  // A range that surely contains the values of an image; by default all numbers.
  virtual kernels::Range limits(std::int64_t image) const;
};

// The elements of a tensor in a shape of the reader's choice: as many images of as many elements as they come from.
struct FloatView : FloatShape {
  FloatView(const float* values, const FloatShape& shape) : FloatShape(shape), data(values) {}
  FloatView(const float* values, std::int64_t n, std::int64_t h, std::int64_t w, std::int64_t c)
      : FloatView(values, FloatShape{n, h, w, c}) {}
  // Throws std::logic_error if the source has another number of images or of elements in each.
  FloatView(const RowSource& rows, const FloatShape& shape);

  const float* data = nullptr;        // null if there is a source
  const RowSource* source = nullptr;  // not null: there is no data
};

// The shape in whose rows the elements of a view are read.
inline FloatShape read_shape(const FloatView& tensor) {
  return tensor.source ? tensor.source->shape() : static_cast<const FloatShape&>(tensor);
}

// How many elements for_each_block() visits at a time: short blocks, since while one is worked on the memory that its
// loops asked for ahead arrives.
std::int64_t block_size(const FloatShape& rows);

// Calls visit(first element, number of elements, values) for all elements of one image in ascending order, block by
// block.
template <typename Visit>
void for_each_block(const FloatView& tensor, std::int64_t image, const Visit& visit) {
  const FloatShape rows = read_shape(tensor);
  const std::int64_t block = block_size(rows), row_size = rows.row_size();
  if (row_size == 0) return;
  thread_local UninitializedVector<float> buffer;
  if (tensor.source) buffer.resize(static_cast<std::size_t>(block));
  for (std::int64_t first = 0; first < rows.image_size(); first += block) {
    const std::int64_t count = std::min(block, rows.image_size() - first);
    if (tensor.source) {
      poison(buffer.data(), block);
      tensor.source->read(image, first / row_size, count / row_size, buffer.data());
      visit(first, count, static_cast<const float*>(buffer.data()));
    } else {
      visit(first, count, tensor.data + image * rows.image_size() + first);
    }
  }
}

// All values of a tensor, those of a source included.
std::vector<float> all_values(const FloatView& tensor);

}  // namespace ampa::quant
