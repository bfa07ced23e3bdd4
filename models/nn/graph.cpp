#include "nn/graph.h"

#include <algorithm>

#include "nn/initialise.h"
#include "nn/layer_factory.h"

namespace ampa::nn {

Graph::Graph(const networks::Network& network, Arithmetic arithmetic, std::uint64_t seed) {
  for (const networks::Layer& layer : network.layers) {
    Node node;
    node.inputs = layer.inputs;
    if (layer.quantized && arithmetic == Arithmetic::kInteger) {
      const auto index = static_cast<std::uint32_t>(quantized_layers_.size());
      auto conv = std::make_unique<QuantizedConv>(layer.name, index, conv_geometry(layer),
                                                  layer.type == networks::LayerType::kLinear);
      quantized_layers_.push_back(conv.get());
      node.layer = std::move(conv);
    } else {
      node.layer = make_layer(layer);
    }
    initialise(layer, *node.layer, seed, static_cast<std::uint32_t>(nodes_.size()));
    nodes_.push_back(std::move(node));
  }
  assign_slots();
}

void Graph::assign_slots() {
  std::vector<int> num_consumers(nodes_.size(), 0);
  for (const Node& node : nodes_)
    for (int input : node.inputs)
      if (input != networks::kNetworkInput) ++num_consumers[static_cast<std::size_t>(input)];
  std::size_t num_slots = 0;
  for (Node& node : nodes_) {
    const int first = node.inputs[0];
    if (node.layer->is_in_place() && first != networks::kNetworkInput) {
      const Node& producer = nodes_[static_cast<std::size_t>(first)];
      node.shares_slot =
          num_consumers[static_cast<std::size_t>(first)] == 1 && !producer.layer->needs_output_in_backward();
      if (node.shares_slot) node.slot = producer.slot;
    }
    if (!node.shares_slot) node.slot = num_slots++;
  }
  values_.resize(num_slots);
  grads_.resize(num_slots);
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
  for (Node& node : nodes_) node.layer->forward(input_values(node), values_[node.slot], context);
  return values_[nodes_.back().slot];
}

void Graph::backward(const Tensor& logits_grad, StepContext& context) {
  has_grad_.assign(grads_.size(), false);
  grads_[nodes_.back().slot] = logits_grad;
  has_grad_[nodes_.back().slot] = true;
  for (auto node = nodes_.rbegin(); node != nodes_.rend(); ++node) backward_node(*node, context);
}

void Graph::backward_node(const Node& node, StepContext& context) {
  // An input that already has a gradient from another consumer gets this one added.
  std::vector<Tensor*> input_grads;
  Tensor* to_add_to = nullptr;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    Tensor* target = nullptr;
    if (node.inputs[i] != networks::kNetworkInput) {
      const std::size_t slot = nodes_[static_cast<std::size_t>(node.inputs[i])].slot;
      target = &grads_[slot];
      const bool in_place = i == 0 && node.shares_slot;
      if (has_grad_[slot] && !in_place) {
        to_add_to = target;
        target = &scratch_;
      }
      has_grad_[slot] = true;
    }
    input_grads.push_back(target);
  }
  node.layer->backward(input_values(node), values_[node.slot], grads_[node.slot], input_grads, context);
  if (!to_add_to) return;
  context.threads->for_each_part(scratch_.images, [&](std::int64_t image) {
    image_array(*to_add_to, image) += image_array(scratch_, image);
  });
}

std::vector<Parameter*> Graph::parameters() const {
  std::vector<Parameter*> all;
  for (const Node& node : nodes_)
    for (Parameter* parameter : node.layer->parameters()) all.push_back(parameter);
  return all;
}

std::vector<Buffer> Graph::buffers() const {
  std::vector<Buffer> all;
  for (const Node& node : nodes_)
    for (const Buffer& buffer : node.layer->buffers()) all.push_back(buffer);
  return all;
}

}  // namespace ampa::nn
