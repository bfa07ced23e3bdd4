// upsample: a map enlarged by a whole factor, by the nearest position or by bilinear interpolation (position o of the
// output lies at (o + 0.5) / factor - 0.5 of the input; with "align_corners" corners lie on corners). Rule N6 of
// NUMERICS.md.
#include <cmath>

#include "ir/builder.h"
#include "ops/attribute_reader.h"
#include "ops/op.h"

namespace ampa::ops {
namespace {

enum Mode { kNearest, kBilinear };  // in the order of the key's choices

// What a row or column of the output is read from: two positions of the input and the share of the second.
struct Between {
  std::int64_t low = 0, high = 0;
  float share = 0;
};

Between between(std::int64_t o, std::int64_t in, std::int64_t out, const ir::Layer& layer) {
  const std::int64_t factor = layer.integer("factor");
  if (layer.integer("mode") == kNearest) return {o / factor, o / factor, 0};
  double at = (static_cast<double>(o) + 0.5) / static_cast<double>(factor) - 0.5;
  if (layer.integer("align_corners") != 0)
    at = out > 1 ? static_cast<double>(o) * static_cast<double>(in - 1) / static_cast<double>(out - 1) : 0;
  at = std::max(at, 0.0);
  const auto low = std::min(static_cast<std::int64_t>(at), in - 1);
  if (low + 1 >= in) return {low, low, 0};
  return {low, low + 1, static_cast<float>(at - static_cast<double>(low))};
}

// An element of the output, as sums of weighted elements of the input; in elements of the first channel.
struct Tap {
  std::int64_t out = 0, in = 0;
  float weight = 0;
  bool is_first = false;  // of its output
};

std::vector<Tap> taps_of(const ir::Layer& layer) {
  std::vector<Tap> taps;
  for (std::int64_t oy = 0; oy < layer.out.height; ++oy)
    for (std::int64_t ox = 0; ox < layer.out.width; ++ox) {
      const Between y = between(oy, layer.in.height, layer.out.height, layer);
      const Between x = between(ox, layer.in.width, layer.out.width, layer);
      bool is_first = true;
      const auto add = [&](std::int64_t iy, float wy, std::int64_t ix, float wx) {
        if (wy == 0 || wx == 0) return;
        taps.push_back({(oy * layer.out.width + ox) * layer.out.channels,
                        (iy * layer.in.width + ix) * layer.in.channels, wy * wx, is_first});
        is_first = false;
      };
      add(y.low, 1 - y.share, x.low, 1 - x.share);
      add(y.low, 1 - y.share, x.high, x.share);
      add(y.high, y.share, x.low, 1 - x.share);
      add(y.high, y.share, x.high, x.share);
    }
  return taps;
}

class Upsample : public ir::Instruction {
 public:
  Upsample(const ir::Layer& layer, ir::ValueId input, ir::ValueId output)
      : Instruction({input}, {output}), shape_(layer.out), taps_(taps_of(layer)) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& x = frame.at(reads()[0]);
    ir::Tensor& out = frame[writes()[0]];
    out.resize(x.images, shape_.height, shape_.width, shape_.channels);
    context.threads->for_each_part(x.images, [&](std::int64_t image) {
      for (const Tap& tap : taps_) {
        const float* source = x.image(image) + tap.in;
        float* target = out.image(image) + tap.out;
        if (tap.is_first)
          for (std::int64_t c = 0; c < x.channels; ++c) target[c] = source[c] * tap.weight;
        else
          for (std::int64_t c = 0; c < x.channels; ++c) target[c] += source[c] * tap.weight;
      }
    });
  }

 private:
  ir::Shape shape_;
  std::vector<Tap> taps_;
};

class UpsampleGradient : public ir::Instruction {
 public:
  UpsampleGradient(const ir::Layer& layer, ir::ValueId gradient, ir::ValueId target)
      : Instruction({gradient}, {target}), shape_(layer.in), taps_(taps_of(layer)) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& d = frame.at(reads()[0]);
    ir::Tensor& target = frame[writes()[0]];
    target.resize(d.images, shape_.height, shape_.width, shape_.channels);
    context.threads->for_each_part(d.images, [&](std::int64_t image) {
      image_array(target, image).setZero();
      for (const Tap& tap : taps_) {
        const float* dy = d.image(image) + tap.out;
        float* dx = target.image(image) + tap.in;
        for (std::int64_t c = 0; c < d.channels; ++c) dx[c] += dy[c] * tap.weight;
      }
    });
  }

 private:
  ir::Shape shape_;
  std::vector<Tap> taps_;
};

void read(AttributeReader& reader, ir::Layer& layer) {
  const std::int64_t factor = reader.integer(layer, "factor", 2, 31);
  const bool bilinear = reader.choice(layer, "mode", {"nearest", "bilinear"}) == kBilinear;
  if (reader.flag(layer, "align_corners", false) && !bilinear)
    reader.json().fail("align_corners", "false where the mode is \"nearest\"", "true");
  layer.out = {layer.in.channels, layer.in.height * factor, layer.in.width * factor};
}

ir::ValueId expand(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  const ir::ValueId input = inputs[0], output = builder.value(layer.name, layer.out);
  builder.emit<Upsample>(layer, input, output);
  builder.backward(output, [=](ir::Gradients& gradients, ir::ValueId gradient) {
    gradients.write(input, [&](ir::ValueId target) { gradients.emit<UpsampleGradient>(layer, gradient, target); });
  });
  return output;
}

}  // namespace

const Op kUpsample = {"upsample", 1, read, expand};

}  // namespace ampa::ops
