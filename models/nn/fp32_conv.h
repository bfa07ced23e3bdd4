// A convolution or linear layer in FP32.
#pragma once

#include <string>

#include "nn/conv_geometry.h"
#include "nn/layer.h"

namespace ampa::nn {

// The products run in kernels/fp32_conv.h, whose summation order is fixed. The bias, if any, is added after them.
class Fp32Conv : public Layer {
 public:
  Fp32Conv(std::string name, ConvGeometry geometry, bool has_bias);

  void forward(const std::vector<const Tensor*>& inputs, Tensor& out, StepContext& context) override;
  void backward(const std::vector<const Tensor*>& inputs, const Tensor& out, Tensor& out_grad,
                const std::vector<Tensor*>& input_grads, StepContext& context) override;
  std::vector<Parameter*> parameters() override;

 private:
  ConvGeometry geometry_;
  bool has_bias_;
  Parameter weight_, bias_;  // (out_c, k, k, in_c), (out_c)
  FloatArray grid_;
  Eigen::ArrayXf rotated_weights_;
};

}  // namespace ampa::nn
