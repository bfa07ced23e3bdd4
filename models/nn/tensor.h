// FP32 tensors of the network.
#pragma once

#include <Eigen/Core>
#include <cstdint>

#include "quant/tensor_quantizer.h"

namespace ampa::nn {

// (images, height, width, channels), row-major. resize() leaves the values undefined.
struct Tensor {
  std::int64_t images = 0, height = 0, width = 0, channels = 0;
  Eigen::ArrayXf values;

  std::int64_t image_size() const { return height * width * channels; }
  std::int64_t size() const { return images * image_size(); }
  float* image(std::int64_t index) { return values.data() + index * image_size(); }
  const float* image(std::int64_t index) const { return values.data() + index * image_size(); }
  quant::FloatView view() const { return {values.data(), images, height, width, channels}; }

  void resize(std::int64_t n, std::int64_t h, std::int64_t w, std::int64_t c) {
    images = n;
    height = h;
    width = w;
    channels = c;
    values.resize(size());
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
