// A network as data: an ordered graph of layers with every shape resolved for one input.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/yx.h"

namespace ampa::ir {

// Extent of one image; linear layers use height = width = 1.
struct Shape {
  std::int64_t channels = 0, height = 0, width = 0;
  std::int64_t size() const { return channels * height * width; }
  friend bool operator==(Shape a, Shape b) {
    return a.channels == b.channels && a.height == b.height && a.width == b.width;
  }
  friend bool operator!=(Shape a, Shape b) { return !(a == b); }
};

constexpr int kNetworkInput = -1;

// What a convolution may have beyond a square window of neighbours.
struct ConvAttributes {
  YX kernel = 1, stride = 1, padding = 0, dilation = 1;
  std::int64_t groups = 1;  // divides the channels of input and output
  bool has_bias = false;
};

struct Layer {
  std::string name;         // unique
  std::string op;           // the "type" of the description, a name in ops::op_table(), such as "conv2d"
  std::vector<int> inputs;  // indices of earlier layers, or kNetworkInput
  Shape in, out;            // `in` is the shape of inputs[0]
  std::int64_t kernel = 1, stride = 1, padding = 0;  // of ops with a window
  bool quantized = false;                            // of ops with GEMMs
  // Of conv2d: unset if kernel, stride and padding say all; else they hold the numbers along y.
  std::optional<ConvAttributes> conv = std::nullopt;

  ConvAttributes convolution() const { return conv ? *conv : ConvAttributes{kernel, stride, padding}; }
  // What else the op read, by key: integers are exact, flags 0 or 1, a choice is its place in the list of choices.
  std::map<std::string, double> numbers = {};

  double number(const std::string& key) const { return numbers.at(key); }
  std::int64_t integer(const std::string& key) const { return static_cast<std::int64_t>(numbers.at(key)); }
};

struct Network {
  std::string name;
  Shape input;
  std::int64_t num_classes = 0;
  std::vector<Layer> layers;  // in an order in which each layer follows its inputs; the last one gives the logits

  // Indices of the quantized layers in order: the "layers" of every allocation and of a record.
  std::vector<int> quantized_layers() const {
    std::vector<int> indices;
    for (std::size_t i = 0; i < layers.size(); ++i)
      if (layers[i].quantized) indices.push_back(static_cast<int>(i));
    return indices;
  }
  std::vector<std::string> quantized_names() const {
    std::vector<std::string> names;
    for (const int index : quantized_layers()) names.push_back(layers[static_cast<std::size_t>(index)].name);
    return names;
  }
};

}  // namespace ampa::ir
