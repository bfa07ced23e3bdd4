// Which elements of its input a layer of the plain model reads for each of its output.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "ir/network.h"

namespace ampa::network_fuzz {

using ir::Layer;

enum class LayerType {
  kConv2d,
  kLinear,
  kBatchNorm,
  kRelu,
  kAdd,
  kShortcutPad,
  kMaxPool,
  kAveragePool,
  kGlobalAveragePool,
  kTokenLinear,
  kConvTranspose2d,
  kNewer  // of plain_newer.h
};

inline LayerType type_of(const Layer& layer) {
  static const std::map<std::string, LayerType> types = {{"conv2d", LayerType::kConv2d},
                                                         {"linear", LayerType::kLinear},
                                                         {"batch_norm", LayerType::kBatchNorm},
                                                         {"relu", LayerType::kRelu},
                                                         {"add", LayerType::kAdd},
                                                         {"shortcut_pad", LayerType::kShortcutPad},
                                                         {"max_pool", LayerType::kMaxPool},
                                                         {"average_pool", LayerType::kAveragePool},
                                                         {"global_average_pool", LayerType::kGlobalAveragePool},
                                                         {"token_linear", LayerType::kTokenLinear},
                                                         {"conv_transpose2d", LayerType::kConvTranspose2d}};
  const auto found = types.find(layer.op);
  return found == types.end() ? LayerType::kNewer : found->second;
}

inline bool has_bias(const Layer& layer) {
  return type_of(layer) == LayerType::kLinear || layer.convolution().has_bias ||
         (type_of(layer) == LayerType::kTokenLinear && layer.integer("bias") != 0);
}

// Visits (output position, input position, tap) of a window, positions of the padding left out; in units of channels.
template <typename Visit>
void for_each_tap(const Layer& layer, std::int64_t images, const Visit& visit) {
  const bool global = type_of(layer) == LayerType::kGlobalAveragePool;
  const ir::ConvAttributes w = layer.convolution();
  const std::int64_t rows = global ? layer.in.height : w.kernel.y, cols = global ? layer.in.width : w.kernel.x;
  for (std::int64_t n = 0; n < images; ++n)
    for (std::int64_t oy = 0; oy < layer.out.height; ++oy)
      for (std::int64_t ox = 0; ox < layer.out.width; ++ox)
        for (std::int64_t ky = 0; ky < rows; ++ky)
          for (std::int64_t kx = 0; kx < cols; ++kx) {
            const std::int64_t iy = oy * w.stride.y + ky * w.dilation.y - w.padding.y;
            const std::int64_t ix = ox * w.stride.x + kx * w.dilation.x - w.padding.x;
            if (iy < 0 || ix < 0 || iy >= layer.in.height || ix >= layer.in.width) continue;
            visit(static_cast<std::size_t>((n * layer.out.height + oy) * layer.out.width + ox),
                  static_cast<std::size_t>((n * layer.in.height + iy) * layer.in.width + ix),
                  static_cast<std::size_t>(ky * cols + kx));
          }
}

// A linear layer as the convolution of a map of one position.
inline Layer as_conv(Layer layer) {
  if (type_of(layer) == LayerType::kLinear) layer.in = {layer.in.size(), 1, 1};
  return layer;
}

// Visits (output element, input element, weight) of a convolution.
template <typename Visit>
void for_each_forward_product(const Layer& layer, std::int64_t images, const Visit& visit) {
  const Layer conv = as_conv(layer);
  const auto in_c = static_cast<std::size_t>(conv.in.channels), out_c = static_cast<std::size_t>(conv.out.channels);
  const ir::ConvAttributes window = conv.convolution();
  const auto taps = static_cast<std::size_t>(window.kernel.y * window.kernel.x);
  const auto groups = static_cast<std::size_t>(window.groups), per_group = in_c / groups;
  for_each_tap(conv, images, [&](std::size_t out, std::size_t in, std::size_t tap) {
    for (std::size_t o = 0; o < out_c; ++o)
      for (std::size_t c = 0; c < per_group; ++c)
        visit(out * out_c + o, in * in_c + o / (out_c / groups) * per_group + c, (o * taps + tap) * per_group + c);
  });
}

// The same of any layer with weights: of a transposed convolution those of the convolution from its output to its
// input.
template <typename Visit>
void for_each_product(const Layer& layer, std::int64_t images, const Visit& visit) {
  if (type_of(layer) != LayerType::kConvTranspose2d) return for_each_forward_product(layer, images, visit);
  Layer conv = layer;
  conv.op = "conv2d";
  std::swap(conv.in, conv.out);
  for_each_forward_product(conv, images, [&](std::size_t o, std::size_t i, std::size_t k) { visit(i, o, k); });
}

// Visits (output element, input element) of a padded shortcut.
template <typename Visit>
void for_each_shortcut(const Layer& layer, std::int64_t images, const Visit& visit) {
  const std::int64_t first = (layer.out.channels - layer.in.channels) / 2;
  for (std::int64_t n = 0; n < images; ++n)
    for (std::int64_t y = 0; y < layer.out.height; ++y)
      for (std::int64_t x = 0; x < layer.out.width; ++x)
        for (std::int64_t c = 0; c < layer.in.channels; ++c)
          visit(static_cast<std::size_t>(((n * layer.out.height + y) * layer.out.width + x) * layer.out.channels +
                                         first + c),
                static_cast<std::size_t>(
                    ((n * layer.in.height + y * layer.stride) * layer.in.width + x * layer.stride) * layer.in.channels +
                    c));
}

}  // namespace ampa::network_fuzz
