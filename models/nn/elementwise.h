// Layers that work element by element: ReLU, residual addition, and the parameter-free shortcut.
#pragma once

#include "networks/network.h"
#include "nn/layer.h"

namespace ampa::nn {

// max(x, 0). The gradient passes where the output is positive.
class Relu : public Layer {
 public:
  void forward(const std::vector<const Tensor*>& inputs, Tensor& out, StepContext& context) override;
  void backward(const std::vector<const Tensor*>& inputs, const Tensor& out, Tensor& out_grad,
                const std::vector<Tensor*>& input_grads, StepContext& context) override;
  bool is_in_place() const override { return true; }
  bool needs_output_in_backward() const override { return true; }
};

// The sum of two inputs of one shape.
class Add : public Layer {
 public:
  void forward(const std::vector<const Tensor*>& inputs, Tensor& out, StepContext& context) override;
  void backward(const std::vector<const Tensor*>& inputs, const Tensor& out, Tensor& out_grad,
                const std::vector<Tensor*>& input_grads, StepContext& context) override;
  bool is_in_place() const override { return true; }
};

// Takes every stride-th position and puts the channels in the middle of out.channels, zeros on both sides (the shortcut
// "option A" of He et al. 2016).
class ShortcutPad : public Layer {
 public:
  ShortcutPad(networks::Shape in, networks::Shape out, std::int64_t stride) : in_(in), out_(out), stride_(stride) {}
  void forward(const std::vector<const Tensor*>& inputs, Tensor& out, StepContext& context) override;
  void backward(const std::vector<const Tensor*>& inputs, const Tensor& out, Tensor& out_grad,
                const std::vector<Tensor*>& input_grads, StepContext& context) override;

 private:
  networks::Shape in_, out_;
  std::int64_t stride_;
};

}  // namespace ampa::nn
