#include "nn/graph.h"

#include <algorithm>

#include "nn/initialise.h"
#include "nn/layer_factory.h"

namespace ampa::nn {

Graph::Graph(const networks::Network& network, Arithmetic arithmetic, std::uint64_t seed, Fusion fusion) {
  const std::vector<FusedStep> steps = fused_steps(network, fusion == Fusion::kOn);
  layers_.resize(network.layers.size());
  std::vector<const FusedStep*> step_of(network.layers.size(), nullptr);  // by its first layer
  for (const FusedStep& step : steps) step_of[static_cast<std::size_t>(step.first)] = &step;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (!step_of[i]) continue;
    layers_[i] = make(network.layers[i], *step_of[i], arithmetic);
    initialise(network.layers[i], *layers_[i], seed, static_cast<std::uint32_t>(i));
  }
  make_nodes(network, steps);
  assign_slots();
  if (fusion == Fusion::kOn)
    for (Node& node : nodes_) connect(node);
}

std::unique_ptr<Layer> Graph::make(const networks::Layer& layer, const FusedStep& step, Arithmetic arithmetic) {
  if (step.last != step.first)
    return std::make_unique<BatchNorm>(layer.name, layer.in.channels, BatchNorm::Then{step.add, step.relu});
  if (!layer.quantized || arithmetic == Arithmetic::kFp32) return make_layer(layer);
  const auto index = static_cast<std::uint32_t>(quantized_layers_.size());
  auto conv = std::make_unique<QuantizedConv>(layer.name, index, conv_geometry(layer),
                                              layer.type == networks::LayerType::kLinear);
  quantized_layers_.push_back(conv.get());
  return conv;
}

void Graph::make_nodes(const networks::Network& network, const std::vector<FusedStep>& steps) {
  const std::vector<std::vector<int>> readers = readers_of(network, steps);
  std::vector<int> node_of(network.layers.size(), networks::kNetworkInput);  // by the layer whose value it is
  for (const FusedStep& step : steps) {
    Node node;
    node.layer = layers_[static_cast<std::size_t>(step.first)].get();
    for (const int input : step.inputs)
      node.inputs.push_back(input == networks::kNetworkInput ? input : node_of[static_cast<std::size_t>(input)]);
    node.readers = readers[static_cast<std::size_t>(step.last)];
    node_of[static_cast<std::size_t>(step.last)] = static_cast<int>(nodes_.size());
    nodes_.push_back(std::move(node));
  }
}

void Graph::assign_slots() {
  std::size_t num_slots = 0;
  for (Node& node : nodes_) {
    const int first = node.inputs[0];
    if (node.layer->is_in_place() && first != networks::kNetworkInput) {
      const Node& producer = nodes_[static_cast<std::size_t>(first)];
      node.shares_slot = producer.readers.size() == 1 && !producer.layer->needs_output_in_backward();
      if (node.shares_slot) node.slot = producer.slot;
    }
    if (!node.shares_slot) node.slot = num_slots++;
  }
  values_.resize(num_slots);
  grads_.resize(num_slots);
}

// Lets a quantized layer and the batch norms on both sides of it work on each other's tensors image by image. The first
// reader of a value is the last to contribute to its gradient. A gradient is deferred only to the layer that runs
// backward next, so that nothing it is computed from changes before it is read.
void Graph::connect(Node& node) {
  auto* const conv = dynamic_cast<QuantizedConv*>(node.layer);
  if (!conv) return;
  if (node.readers.size() == 1) {
    Node& reader = nodes_[static_cast<std::size_t>(node.readers[0])];
    auto* const norm = dynamic_cast<BatchNorm*>(reader.layer);
    if (norm && nodes_[static_cast<std::size_t>(reader.inputs[0])].layer == conv) {
      conv->set_output_listener(&norm->input_listener());
      reader.defers_gradient = &reader == &node + 1;
      if (reader.defers_gradient) norm->defer_gradient();
    }
  }
  if (node.inputs[0] == networks::kNetworkInput) return;
  Node& producer = nodes_[static_cast<std::size_t>(node.inputs[0])];
  auto* const norm = dynamic_cast<BatchNorm*>(producer.layer);
  if (!norm || nodes_[static_cast<std::size_t>(producer.readers[0])].layer != conv) return;
  node.adds_gradient = producer.readers.size() > 1;
  conv->set_gradient_listener(&norm->gradient_listener(), node.adds_gradient);
  if (producer.readers.size() == 1 && producer.inputs.size() == 1) norm->defer_output();
}

const Tensor& Graph::value(int node) const {
  return node == networks::kNetworkInput ? *images_ : values_[nodes_[static_cast<std::size_t>(node)].slot];
}

std::vector<const Tensor*> Graph::input_values(const Node& node) const {
  std::vector<const Tensor*> inputs;
  for (int input : node.inputs) inputs.push_back(&value(input));
  return inputs;
}

const Tensor& Graph::forward(const Tensor& images, StepContext& context) {
  images_ = &images;
  for (const Node& node : nodes_) {
    if (!node.shares_slot) values_[node.slot].values.forget();
    node.layer->forward(input_values(node), values_[node.slot], context);
  }
  return values_[nodes_.back().slot];
}

void Graph::backward(const Tensor& logits_grad, StepContext& context) {
  has_grad_.assign(grads_.size(), false);
  grads_[nodes_.back().slot].values = grad_memory_.take(logits_grad.size());
  grads_[nodes_.back().slot] = logits_grad;
  has_grad_[nodes_.back().slot] = true;
  for (auto node = nodes_.rbegin(); node != nodes_.rend(); ++node) backward_node(*node, context);
}

// Where a layer writes the gradient of an input: to its place, or beside it if another reader's is there already.
Tensor* Graph::gradient_target(const Node& node, std::size_t input) {
  if (node.inputs[input] == networks::kNetworkInput) return nullptr;
  const std::size_t slot = nodes_[static_cast<std::size_t>(node.inputs[input])].slot;
  if (input == 0 && node.shares_slot) return &grads_[slot];
  if (has_grad_[slot]) {
    if (input == 0 && node.adds_gradient) return &grads_[slot];
    scratch_[input].values.forget();
    return &scratch_[input];
  }
  has_grad_[slot] = true;
  const bool is_deferred = input == 0 && node.defers_gradient;
  if (!is_deferred) grads_[slot].values = grad_memory_.take(values_[slot].size());
  return &grads_[slot];
}

void Graph::backward_node(const Node& node, StepContext& context) {
  std::vector<Tensor*> input_grads;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) input_grads.push_back(gradient_target(node, i));
  node.layer->backward(input_values(node), values_[node.slot], grads_[node.slot], input_grads, context);
  add_scratch(node, input_grads, context);
  release_gradients(node);
}

// What was known of a sum's terms is not known of the sum.
void Graph::add_scratch(const Node& node, const std::vector<Tensor*>& input_grads, StepContext& context) {
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    if (input_grads[i] != &scratch_[i]) continue;
    Tensor& sum = grads_[nodes_[static_cast<std::size_t>(node.inputs[i])].slot];
    sum.range.reset();
    context.threads->for_each_part(
        sum.images, [&](std::int64_t image) { image_array(sum, image) += image_array(scratch_[i], image); });
  }
}

// A gradient has been used when its node has run backward; one from which a deferred gradient is computed, when the
// node before has. In place, the memory goes on to the producer.
void Graph::release_gradients(const Node& node) {
  const auto release = [&](const Node& used) { grad_memory_.give(std::move(grads_[used.slot].values)); };
  if (!node.shares_slot && !node.defers_gradient) release(node);
  for (const int reader : node.readers)
    if (nodes_[static_cast<std::size_t>(reader)].defers_gradient) release(nodes_[static_cast<std::size_t>(reader)]);
}

std::vector<Parameter*> Graph::parameters() const {
  std::vector<Parameter*> all;
  for (const std::unique_ptr<Layer>& layer : layers_)
    if (layer)
      for (Parameter* parameter : layer->parameters()) all.push_back(parameter);
  return all;
}

std::vector<Buffer> Graph::buffers() const {
  std::vector<Buffer> all;
  for (const std::unique_ptr<Layer>& layer : layers_)
    if (layer)
      for (const Buffer& buffer : layer->buffers()) all.push_back(buffer);
  return all;
}

}  // namespace ampa::nn
