// FP32 tensors of the network.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <optional>

#include "nn/float_array.h"
#include "quant/tensor_quantizer.h"

namespace ampa::nn {

// (images, height, width, channels), row-major. resize() leaves the values undefined. A deferred tensor has a shape and
// a source in place of values; only layers that quantize it may read it, through view().
struct Tensor {
  std::int64_t images = 0, height = 0, width = 0, channels = 0;
  FloatArray values;
  const quant::RowSource* source = nullptr;
  std::optional<kernels::Range> range;  // of the values, 0 included, if whoever wrote them measured it

  std::int64_t image_size() const { return height * width * channels; }
  std::int64_t size() const { return images * image_size(); }
  float* image(std::int64_t index) { return values.data() + index * image_size(); }
  const float* image(std::int64_t index) const { return values.data() + index * image_size(); }
  quant::FloatView view() const { return {values.data(), images, height, width, channels, source}; }

  void resize(std::int64_t n, std::int64_t h, std::int64_t w, std::int64_t c) {
    images = n;
    height = h;
    width = w;
    channels = c;
    source = nullptr;
    range.reset();
    values.resize(size());
  }
  void defer(const Tensor& shape, const quant::RowSource& rows) {
    images = shape.images;
    height = shape.height;
    width = shape.width;
    channels = shape.channels;
    source = &rows;
    range.reset();
  }
};

// The values of one image as an Eigen array.
inline Eigen::Map<Eigen::ArrayXf> image_array(Tensor& tensor, std::int64_t index) {
  return {tensor.image(index), tensor.image_size()};
}
inline Eigen::Map<const Eigen::ArrayXf> image_array(const Tensor& tensor, std::int64_t index) {
  return {tensor.image(index), tensor.image_size()};
}

}  // namespace ampa::nn
