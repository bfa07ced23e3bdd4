// A network ready to train: layers in order, the tensors between them, and their gradients.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "networks/network.h"
#include "nn/array_pool.h"
#include "nn/batch_norm.h"
#include "nn/fusion.h"
#include "nn/layer.h"
#include "nn/quantized_conv.h"

namespace ampa::nn {

enum class Arithmetic { kFp32, kInteger };  // of the layers that the network marks as quantized
enum class Fusion { kOff, kOn };            // changes time and memory, never a bit

class Graph {
 public:
  // Weights are drawn from `seed`: uniform in +-sqrt(6 / fan_in) for convolutions (He et al. 2015), +-1 / sqrt(fan_in)
  // for linear layers; biases are zero.
  Graph(const networks::Network& network, Arithmetic arithmetic, std::uint64_t seed, Fusion fusion = Fusion::kOn);

  // Runs all layers on images (n, h, w, c); the result, the logits (n, 1, 1, classes), lives until the next call.
  const Tensor& forward(const Tensor& images, StepContext& context);

  // After a training forward(): computes the gradient of every parameter from that of the logits.
  void backward(const Tensor& logits_grad, StepContext& context);

  std::vector<Parameter*> parameters() const;
  std::vector<Buffer> buffers() const;
  const std::vector<QuantizedConv*>& quantized_layers() const { return quantized_layers_; }  // empty if kFp32

 private:
  struct Node {
    Layer* layer = nullptr;
    std::vector<int> inputs;       // node indices or networks::kNetworkInput
    std::vector<int> readers;      // node indices, ascending
    std::size_t slot = 0;          // of its output in values_ and grads_
    bool shares_slot = false;      // works in place on the slot of inputs[0]
    bool adds_gradient = false;    // adds its gradient to what the slot of inputs[0] holds
    bool defers_gradient = false;  // of inputs[0], whose producer reads this node's gradient in its place
  };

  std::unique_ptr<Layer> make(const networks::Layer& layer, const FusedStep& step, Arithmetic arithmetic);
  void make_nodes(const networks::Network& network, const std::vector<FusedStep>& steps);
  void assign_slots();
  void connect(Node& node);
  const Tensor& value(int node) const;
  std::vector<const Tensor*> input_values(const Node& node) const;
  void add_scratch(const Node& node, const std::vector<Tensor*>& input_grads, StepContext& context);
  void backward_node(const Node& node, StepContext& context);
  Tensor* gradient_target(const Node& node, std::size_t input);
  void release_gradients(const Node& node);

  std::vector<std::unique_ptr<Layer>> layers_;  // in the network's order; null where a layer runs within another
  std::vector<Node> nodes_;                     // in the order in which they run
  std::vector<Tensor> values_, grads_;
  std::vector<bool> has_grad_;
  ArrayPool grad_memory_;
  Tensor scratch_[2];  // by input: a gradient that is added to another reader's
  const Tensor* images_ = nullptr;
  std::vector<QuantizedConv*> quantized_layers_;
};

}  // namespace ampa::nn
