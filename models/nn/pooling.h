// Max and average pooling with square windows; the global average is the window that covers the map.
#pragma once

#include "networks/network.h"
#include "nn/layer.h"

namespace ampa::nn {

struct PoolGeometry {
  networks::Shape in, out;
  std::int64_t kernel_height = 1, kernel_width = 1, stride = 1, padding = 0;
};

// The largest element of each window; positions of the padding do not take part. The gradient goes to the first largest
// one in row-major order.
class MaxPool : public Layer {
 public:
  explicit MaxPool(PoolGeometry geometry) : geometry_(geometry) {}
  void forward(const std::vector<const Tensor*>& inputs, Tensor& out, StepContext& context) override;
  void backward(const std::vector<const Tensor*>& inputs, const Tensor& out, Tensor& out_grad,
                const std::vector<Tensor*>& input_grads, StepContext& context) override;
  bool needs_output_in_backward() const override { return true; }

 private:
  PoolGeometry geometry_;
};

// The mean over kernel_height * kernel_width positions, those of the padding counting as zeros.
class AveragePool : public Layer {
 public:
  explicit AveragePool(PoolGeometry geometry) : geometry_(geometry) {}
  void forward(const std::vector<const Tensor*>& inputs, Tensor& out, StepContext& context) override;
  void backward(const std::vector<const Tensor*>& inputs, const Tensor& out, Tensor& out_grad,
                const std::vector<Tensor*>& input_grads, StepContext& context) override;

 private:
  PoolGeometry geometry_;
};

}  // namespace ampa::nn
