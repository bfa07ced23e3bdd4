// Layers of the plain model whose output is a sum of weighted elements of their inputs: what moves, enlarges, shrinks,
// scales or drops elements.
#pragma once

#include <algorithm>
#include <cmath>

#include "ir/network.h"
#include "numerics/random_stream.h"

namespace ampa::network_fuzz {

using ir::Layer;

// What a layer's position on the axis of an upsampled map is made of: two positions and the share of the second.
struct Mixture {
  std::int64_t low = 0, high = 0;
  double share = 0;
};

inline Mixture mixture(const Layer& layer, std::int64_t o, std::int64_t in, std::int64_t out) {
  const auto factor = layer.number("factor");
  if (layer.number("mode") == 0) return {o / static_cast<std::int64_t>(factor), 0, 0};
  const double at = layer.number("align_corners") == 0 ? std::max(0.0, (static_cast<double>(o) + 0.5) / factor - 0.5)
                    : out == 1                         ? 0
                               : static_cast<double>(o * (in - 1)) / static_cast<double>(out - 1);
  const auto low = static_cast<std::int64_t>(std::floor(at + 1e-12));
  return {std::min(low, in - 1), std::min(low + 1, in - 1), at - static_cast<double>(low)};
}

struct MoveContext {
  const std::vector<Layer>* layers = nullptr;
  ir::Shape input;
  std::int64_t images = 1;
  std::uint64_t seed = 0;
  std::int64_t step = 0;
};

// The stream of a dropout layer: that of its number among them.
inline numerics::RandomStream dropout_stream(const Layer& layer, const MoveContext& context) {
  std::uint32_t number = 0;
  for (const Layer* other = context.layers->data(); other != &layer; ++other) number += other->op == "dropout";
  return {context.seed, static_cast<std::uint32_t>(context.step), 0x80000000u + number};
}

// Visits (output element, input's number, input element, weight) of every term.
template <typename Visit>
void for_each_move(const Layer& layer, const MoveContext& context, const Visit& visit_index) {
  const auto visit = [&](std::int64_t o, std::size_t input, std::int64_t i, double weight) {
    visit_index(static_cast<std::size_t>(o), input, static_cast<std::size_t>(i), weight);
  };
  const ir::Shape in = layer.in, out = layer.out;
  const std::int64_t in_size = in.size(), out_size = out.size();
  if (layer.op == "dropout") {
    const numerics::RandomStream stream = dropout_stream(layer, context);
    const double limit = std::min(std::nearbyint(layer.number("probability") * 65536), 65535.0);
    for (std::int64_t i = 0; i < context.images * in_size; ++i)
      if (stream.bits16(static_cast<std::uint64_t>(i)) >= limit) visit(i, 0, i, 65536 / (65536 - limit));
    return;
  }
  if (layer.op == "concat") {
    std::int64_t first = 0;
    for (std::size_t k = 0; k < layer.inputs.size(); ++k) {
      const int index = layer.inputs[k];
      const std::int64_t channels =
          index < 0 ? context.input.channels : (*context.layers)[static_cast<std::size_t>(index)].out.channels;
      for (std::int64_t p = 0; p < context.images * out.height * out.width; ++p)
        for (std::int64_t c = 0; c < channels; ++c) visit(p * out.channels + first + c, k, p * channels + c, 1);
      first += channels;
    }
    return;
  }
  for (std::int64_t n = 0; n < context.images; ++n)
    for (std::int64_t y = 0; y < out.height; ++y)
      for (std::int64_t x = 0; x < out.width; ++x)
        for (std::int64_t c = 0; c < out.channels; ++c) {
          const std::int64_t o = ((n * out.height + y) * out.width + x) * out.channels + c;
          const auto at = [&](std::int64_t iy, std::int64_t ix, std::int64_t ic) {
            return ((n * in.height + iy) * in.width + ix) * in.channels + ic;
          };
          if (layer.op == "slice_channels") {
            visit(o, 0, at(y, x, layer.integer("first") + c), 1);
          } else if (layer.op == "select_token") {
            visit(o, 0, at(layer.integer("index"), 0, c), 1);
          } else if (layer.op == "class_token") {
            if (y > 0) visit(o, 0, at(y - 1, 0, c), 1);
          } else if (layer.op == "split_heads") {
            visit(o, 0, at(x, 0, y * out.channels + c), 1);
          } else if (layer.op == "merge_heads") {
            visit(o, 0, at(c / in.channels, y, c % in.channels), 1);
          } else if (layer.op == "pad") {
            const std::int64_t iy = y - (out.height - in.height) / 2, ix = x - (out.width - in.width) / 2;
            if (iy >= 0 && ix >= 0 && iy < in.height && ix < in.width) visit(o, 0, at(iy, ix, c), 1);
          } else if (layer.op == "upsample") {
            const Mixture my = mixture(layer, y, in.height, out.height), mx = mixture(layer, x, in.width, out.width);
            visit(o, 0, at(my.low, mx.low, c), (1 - my.share) * (1 - mx.share));
            visit(o, 0, at(my.low, mx.high, c), (1 - my.share) * mx.share);
            visit(o, 0, at(my.high, mx.low, c), my.share * (1 - mx.share));
            visit(o, 0, at(my.high, mx.high, c), my.share * mx.share);
          } else if (layer.op == "adaptive_average_pool") {
            const auto first = [](std::int64_t p, std::int64_t of, std::int64_t to) { return p * of / to; };
            const auto last = [](std::int64_t p, std::int64_t of, std::int64_t to) { return ((p + 1) * of - 1) / to; };
            const std::int64_t y0 = first(y, in.height, out.height), y1 = last(y, in.height, out.height);
            const std::int64_t x0 = first(x, in.width, out.width), x1 = last(x, in.width, out.width);
            for (std::int64_t iy = y0; iy <= y1; ++iy)
              for (std::int64_t ix = x0; ix <= x1; ++ix)
                visit(o, 0, at(iy, ix, c), 1.0 / static_cast<double>((y1 - y0 + 1) * (x1 - x0 + 1)));
          } else {  // flatten, tokens, reshape, scale and position_encoding keep the order of elements
            visit(o, 0, o % out_size + n * in_size, layer.op == "scale" ? layer.number("factor") : 1);
          }
        }
}

}  // namespace ampa::network_fuzz
