// A network as data: an ordered graph of layers with every shape resolved for one input.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ampa::networks {

// Extent of one image; linear layers use height = width = 1.
struct Shape {
  std::int64_t channels = 0, height = 0, width = 0;
  std::int64_t size() const { return channels * height * width; }
  friend bool operator==(Shape a, Shape b) {
    return a.channels == b.channels && a.height == b.height && a.width == b.width;
  }
  friend bool operator!=(Shape a, Shape b) { return !(a == b); }
};

enum class LayerType {
  kConv2d,  // square kernel, zero padding, no bias
  kLinear,  // flattens its input in (height, width, channel) order; with bias
  kBatchNorm,
  kRelu,
  kAdd,          // two inputs of one shape
  kShortcutPad,  // the parameter-free shortcut: every stride-th position, new channels zero, half on each side
  kMaxPool,
  kAveragePool,
  kGlobalAveragePool,  // to 1 x 1
};
std::string_view to_string(LayerType type);  // the "type" of the JSON description, such as "conv2d"

constexpr int kNetworkInput = -1;

struct Layer {
  std::string name;  // unique
  LayerType type = LayerType::kConv2d;
  std::vector<int> inputs;                           // indices of earlier layers, or kNetworkInput
  Shape in, out;                                     // `in` is the shape of inputs[0]
  std::int64_t kernel = 1, stride = 1, padding = 0;  // conv2d and pools
  bool quantized = false;                            // conv2d and linear only

  // Multiply-accumulates of the forward pass of one image: conv2d out.size() * kernel^2 * in.channels,
  // linear in.size() * out.size(), else 0.
  std::int64_t macs() const;
  // Number of weights (without biases and batch-norm parameters).
  std::int64_t num_weights() const;
};

struct Network {
  std::string name;
  Shape input;
  std::int64_t num_classes = 0;
  std::vector<Layer> layers;  // in an order in which each layer follows its inputs; the last one gives the logits

  // Indices of the quantized layers in order: the "layers" of every allocation and of a record.
  std::vector<int> quantized_layers() const;
};

// The names of the built-in networks, in the order in which `ampa list networks` shows them.
std::vector<std::string> builtin_networks();

// Loads a built-in network by name, or a description by the path of its .json file, for the description's own default
// input and number of classes. Throws InputError naming the file, the layer and what is wrong with it.
Network load_network(const std::string& name_or_path);

// The same for another input and number of classes (those of a data set).
Network load_network(const std::string& name_or_path, Shape input, std::int64_t num_classes);

}  // namespace ampa::networks
