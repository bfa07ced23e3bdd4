// position_encoding: adds to every position of a sequence or map what tells it from the others: sine and cosine
// waves (Vaswani et al. 2017), sin(p / 10000^(c / C)) in the even channels c and the cosine of the same angle in the
// next one, p counting positions in row-major order; or a parameter of the shape of the input. Rules N9 and T7 of
// NUMERICS.md.
#include "common/ceil_div.h"
#include "ir/builder.h"
#include "numerics/elementary.h"
#include "ops/attribute_reader.h"
#include "ops/op.h"

namespace ampa::ops {
namespace {

Eigen::ArrayXf sinusoids(ir::Shape shape) {
  constexpr double kHalfPi = 0x1.921fb54442d18p+0;
  Eigen::ArrayXf values(shape.size());
  const double log_base = numerics::log(10000);
  for (std::int64_t i = 0; i < values.size(); ++i) {
    const std::int64_t position = i / shape.channels, channel = i % shape.channels;
    const double exponent = static_cast<double>(channel / 2 * 2) / static_cast<double>(shape.channels);
    const double angle = static_cast<double>(position) * numerics::exp(-log_base * exponent);
    values[i] = static_cast<float>(numerics::cos(channel % 2 == 0 ? angle - kHalfPi : angle));
  }
  return values;
}

// x plus one image of values.
class AddPositions : public ir::Instruction {
 public:
  AddPositions(const Eigen::ArrayXf& values, ir::ValueId input, ir::ValueId output)
      : Instruction({input}, {output}), values_(values) {}
  bool works_in_place() const override { return true; }

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& x = frame.at(reads()[0]);
    ir::Tensor& out = frame[writes()[0]];
    out.resize(x.shape());
    context.threads->for_each_part(
        x.images, [&](std::int64_t image) { image_array(out, image) = image_array(x, image) + values_; });
  }

 protected:
  const Eigen::ArrayXf& values_;
};

class AddSinusoids : public AddPositions {
 public:
  AddSinusoids(ir::Shape shape, ir::ValueId input, ir::ValueId output)
      : AddPositions(own_, input, output), own_(sinusoids(shape)) {}

 private:
  Eigen::ArrayXf own_;
};

class PositionsGradient : public ir::Instruction {
 public:
  PositionsGradient(ir::Parameter& positions, ir::ValueId gradient)
      : Instruction({gradient}, {}), positions_(positions) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& d = frame.at(reads()[0]);
    constexpr std::int64_t kPerPart = 4096;
    context.threads->for_each_part(ceil_div(d.image_size(), kPerPart), [&](std::int64_t part) {
      const std::int64_t first = part * kPerPart, count = std::min(kPerPart, d.image_size() - first);
      Eigen::ArrayXd sum = Eigen::ArrayXd::Zero(count);
      for (std::int64_t image = 0; image < d.images; ++image)
        sum += image_array(d, image).segment(first, count).cast<double>();
      positions_.gradient.segment(first, count) = sum.cast<float>();
    });
  }

 private:
  ir::Parameter& positions_;
};

void read(AttributeReader& reader, ir::Layer& layer) {
  layer.out = layer.in;
  reader.choice(layer, "kind", {"sinusoidal", "learned"});
}

ir::ValueId expand(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  const ir::ValueId input = inputs[0], output = builder.value(layer.name, layer.out);
  ir::Parameter* positions = nullptr;
  if (layer.integer("kind") == 0) {
    builder.emit<AddSinusoids>(layer.in, input, output);
  } else {
    positions = &builder.parameter(layer.name + ".positions", {layer.in.height, layer.in.width, layer.in.channels});
    builder.emit<AddPositions>(positions->value, input, output);
  }
  builder.backward(output, [=](ir::Gradients& gradients, ir::ValueId gradient) {
    if (positions) gradients.emit<PositionsGradient>(*positions, gradient);
    gradients.pass(input, gradient);
  });
  return output;
}

}  // namespace

// A standard deviation of 0.02.
const Op kPositionEncoding = {"position_encoding", 1, read, expand, nullptr, 0.0012};

}  // namespace ampa::ops
