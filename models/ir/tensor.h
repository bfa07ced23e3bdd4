// FP32 tensors of the network.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <optional>
#include <stdexcept>

#include "ir/float_array.h"
#include "quant/float_view.h"

namespace ampa::ir {

// (images, height, width, channels), row-major. resize() leaves the values undefined. A deferred tensor has a shape and
// a source in place of values, which it has none of: it is read through view() only.
struct Tensor : quant::FloatShape {
  FloatArray values;
  const quant::RowSource* source = nullptr;
  std::optional<kernels::Range> range;  // of the values, 0 included, if whoever wrote them measured it

  float* image(std::int64_t index) { return values.data() + index * image_size(); }
  const float* image(std::int64_t index) const { return values.data() + index * image_size(); }
  const FloatShape& shape() const { return *this; }

  // The elements in a shape of as many images of as many elements. Throws std::logic_error for another one and for a
  // tensor without its values.
  quant::FloatView view(const FloatShape& as) const {
    if (source) return {*source, as};
    if (as.images != images || as.image_size() != image_size() || values.size() != size())
      throw std::logic_error("view of a tensor: expected its values, as many as in its own shape");
    return {values.data(), as};
  }
  quant::FloatView view() const { return view(*this); }

  void resize(const FloatShape& shape) {
    static_cast<FloatShape&>(*this) = shape;
    source = nullptr;
    range.reset();
    values.resize(size());
  }
  void resize(std::int64_t n, std::int64_t h, std::int64_t w, std::int64_t c) { resize({n, h, w, c}); }

  // Takes the shape of the source and gives the values up.
  void defer(const quant::RowSource& rows) {
    static_cast<FloatShape&>(*this) = rows.shape();
    source = &rows;
    range.reset();
    values.resize(0);
  }
};

// The values of one image as an Eigen array.
inline Eigen::Map<Eigen::ArrayXf> image_array(Tensor& tensor, std::int64_t index) {
  return {tensor.image(index), tensor.image_size()};
}
inline Eigen::Map<const Eigen::ArrayXf> image_array(const Tensor& tensor, std::int64_t index) {
  return {tensor.image(index), tensor.image_size()};
}

}  // namespace ampa::ir
