#include "ops/two_level_fp32_gradient.h"

#include <algorithm>
#include <memory>

#include "ops/fp32_convolution.h"
#include "ops/straight_through.h"

namespace ampa::ops {
namespace {

float value_of(std::uint8_t code) {
  return static_cast<float>(static_cast<std::int8_t>(code));
}

// The signs of a map and of what lies around it.
class SignsOnGrid : public ir::Instruction {
 public:
  SignsOnGrid(const ir::Codes& codes, ir::ValueId target) : Instruction({}, {target}), codes_(codes) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const gemm::CodeTensor& codes = codes_.tensor;
    ir::Tensor& out = frame[writes()[0]];
    out.resize({codes.images, codes.grid_height, codes.grid_width, codes.channels});
    context.threads->for_each_part(out.images, [&](std::int64_t image) {
      const std::uint8_t* const first = codes.bytes.data() + image * out.image_size();
      std::transform(first, first + out.image_size(), out.image(image), value_of);
    });
  }

 private:
  const ir::Codes& codes_;
};

class SignsOfWeights : public ir::Instruction {
 public:
  SignsOfWeights(const ir::Codes& codes, ir::Parameter& signs) : Instruction({}, {}), codes_(codes), signs_(signs) {}

  void run(ir::Frame&, ir::StepContext&) override {
    const auto& bytes = codes_.tensor.bytes;
    signs_.value.resize(codes_.count);
    std::transform(bytes.begin(), bytes.begin() + codes_.count, signs_.value.data(), value_of);
  }

 private:
  const ir::Codes& codes_;
  ir::Parameter& signs_;
};

// From the gradient of the signs of a map to that of the map.
class ThroughSigns : public ir::Instruction {
 public:
  ThroughSigns(ir::ValueId of_signs, ir::ValueId input, ir::ValueId target)
      : Instruction({of_signs, input}, {target}) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor &of_signs = frame.at(reads()[0]), &input = frame.at(reads()[1]);
    ir::Tensor& out = frame[writes()[0]];
    out.resize(input.shape());
    context.threads->for_each_part(out.images, [&](std::int64_t image) {
      std::copy_n(of_signs.image(image), out.image_size(), out.image(image));
      stop_outside(input.image(image), out.image_size(), out.image(image));
    });
  }
};

// The same of weights, in place.
class ThroughSignsOfWeights : public ir::Instruction {
 public:
  explicit ThroughSignsOfWeights(ir::Parameter& weights) : Instruction({}, {}), weights_(weights) {}

  void run(ir::Frame&, ir::StepContext&) override {
    stop_outside(weights_.value.data(), weights_.value.size(), weights_.gradient.data());
  }

 private:
  ir::Parameter& weights_;
};

// The convolution as one of the whole grid, with nothing around it.
ConvGeometry on_grid(ConvGeometry g) {
  const quant::GridLayout layout = g.input_layout();
  g.in.height = layout.grid_height;
  g.in.width = layout.grid_width;
  g.padding = 0;
  return g;
}

}  // namespace

void write_fp32_gradients(const SignProduct& product, ir::ValueId of_sums, ir::Gradients& gradients,
                          ir::Builder& builder) {
  const ConvGeometry &g = product.geometry, grid = on_grid(g);
  const std::string& name = product.sites.name();
  const auto memory = std::make_shared<ir::FloatArray>();
  gradients.write(product.input, [&](ir::ValueId target) {
    ir::Parameter& signs = builder.shadow(name + ".weight_signs");
    const ir::Shape shape = builder.shape(product.input);
    const ir::ValueId of_signs = builder.value(name + ".activation_signs.gradient", shape);
    gradients.emit<SignsOfWeights>(product.w, signs);
    gradients.emit<Fp32DataGradient>(g, of_sums, signs, of_signs, shape, memory);
    gradients.emit<ThroughSigns>(of_signs, product.input, target);
  });
  const ir::ValueId signs = builder.value(name + ".activation_signs", grid.in);
  gradients.emit<SignsOnGrid>(product.x, signs);
  gradients.emit<Fp32WeightGradient>(grid, signs, of_sums, product.weights, memory);
  gradients.emit<ThroughSignsOfWeights>(product.weights);
}

}  // namespace ampa::ops
