// A network ready to train: layers in order, the tensors between them, and their gradients.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "networks/network.h"
#include "nn/layer.h"
#include "nn/quantized_conv.h"

namespace ampa::nn {

enum class Arithmetic { kFp32, kInteger };  // of the layers that the network marks as quantized

class Graph {
 public:
  // Weights are drawn from `seed`: uniform in +-sqrt(6 / fan_in) for convolutions (He et al. 2015), +-1 / sqrt(fan_in) for
  // linear layers; biases are zero.
  Graph(const networks::Network& network, Arithmetic arithmetic, std::uint64_t seed);

  // Runs all layers on images (n, h, w, c); the result, the logits (n, 1, 1, classes), lives until the next call.
  const Tensor& forward(const Tensor& images, StepContext& context);

  // After a training forward(): computes the gradient of every parameter from that of the logits.
  void backward(const Tensor& logits_grad, StepContext& context);

  std::vector<Parameter*> parameters() const;
  std::vector<Buffer> buffers() const;
  const std::vector<QuantizedConv*>& quantized_layers() const { return quantized_layers_; }  // empty if kFp32

 private:
  struct Node {
    std::unique_ptr<Layer> layer;
    std::vector<int> inputs;  // node indices or networks::kNetworkInput
    std::size_t slot = 0;     // of its output in values_ and grads_
    bool shares_slot = false; // works in place on the slot of inputs[0]
  };

  void assign_slots();
  const Tensor& value(int node) const;
  std::vector<const Tensor*> input_values(const Node& node) const;
  void backward_node(const Node& node, StepContext& context);

  std::vector<Node> nodes_;
  std::vector<Tensor> values_, grads_;
  std::vector<bool> has_grad_;
  Tensor scratch_;
  const Tensor* images_ = nullptr;
  std::vector<QuantizedConv*> quantized_layers_;
};

}  // namespace ampa::nn
