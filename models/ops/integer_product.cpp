#include "ops/integer_product.h"

#include "ir/quantize.h"

namespace ampa::ops {
namespace {

using gemm::Pass;

// Every line of a map becomes an image: the products of an image are GEMMs of a batch. Scales of images are those of
// their lines.
class LinesAsImages : public ir::Instruction {
 public:
  explicit LinesAsImages(ir::Codes& codes) : Instruction({}, {}), codes_(codes) {}

  void run(ir::Frame&, ir::StepContext&) override {
    gemm::CodeTensor& tensor = codes_.tensor;
    const std::int64_t lines = tensor.height;
    tensor.images *= lines;
    tensor.height = tensor.grid_height = 1;
    if (codes_.groups.axis != quant::ScaleAxis::kImages) return;
    const auto spread = [&](auto& of_images, const auto& of_other_lines) {
      auto all = of_images;
      all.clear();
      for (const auto& one : of_images)
        for (std::int64_t line = 0; line < lines; ++line) all.push_back(line == 0 ? one : of_other_lines(one));
      of_images = std::move(all);
    };
    spread(codes_.groups.params, [](const auto& params) { return params; });
    spread(codes_.group_sums, [](const auto&) { return kernels::QuantizationSums{}; });  // those of the image, once
  }

 private:
  ir::Codes& codes_;
};

// Where the second operand is quantized: as the first is, but what clipping keeps is its own.
class SecondSite : public ir::Instruction {
 public:
  SecondSite(const ir::Site& first, ir::Builder& builder) : Instruction({}, {}), first_(first) {
    const int numbers = first.rule.clipping.rule->memory;
    if (numbers > 0)
      memory_ = &builder.buffer(first.layer + ".second_activation.clipping", numbers, ir::BufferOf::kTraining);
    follow();
  }

  void run(ir::Frame&, ir::StepContext&) override { follow(); }

  const ir::Site& site() const { return site_; }

 private:
  void follow() {
    site_ = first_;
    site_.memory = memory_;
  }

  const ir::Site& first_;
  ir::Site site_;
  Eigen::ArrayXf* memory_ = nullptr;
};

}  // namespace

void expand_integer_product(ir::QuantizedLayer& sites, const gemm::ProductShape& shape, std::int64_t counted_macs,
                            const ProductValues& values, ir::Builder& builder) {
  ir::Codes &a = builder.codes(), &b = builder.codes(), &d = builder.codes();
  const auto layout = [](const ir::Shape& map) { return quant::GridLayout{map.height, map.width, 0, 0, 1}; };
  const auto account = [&builder, shape, layer = sites.index(), counted_macs](Pass pass, const ir::StepMatmul* matmul) {
    builder.step_gemm({layer, pass, counted_macs, matmul, product_operands(shape, pass)});
  };
  const auto quantize = [&](ir::ValueId value, const ir::Site& site, ir::Codes& codes) {
    const ir::Shape map = builder.shape(value);
    builder.emit<ir::QuantizeValue>(value, site, map, layout(map), codes);
    builder.emit<LinesAsImages>(codes);
  };
  quantize(values.a, sites.activations, a);
  quantize(values.b, builder.emit<SecondSite>(sites.activations, builder).site(), b);
  const ir::Shape map = builder.shape(values.output);
  const ir::StepMatmul forward{sites.name(), Pass::kForward, &a, &b, shape};
  account(Pass::kForward, &builder.emit<ir::MatmulToValue>(forward, values.output, map, false, nullptr).matmul());

  builder.backward(values.output, [=, &sites, &builder, &a, &b, &d](ir::Gradients& gradients, ir::ValueId gradient) {
    // Both products run along the channels of one operand: where scales are the channels', the codes are those with
    // one.
    const ir::Site& site = sites.data_gradients ? *sites.data_gradients : sites.gradients;
    gradients.emit<ir::QuantizeValue>(gradient, site, map, layout(map), d);
    gradients.emit<LinesAsImages>(d);
    // Returns where the magnitude of the gradient is; null if nobody wants it.
    const auto product = [&](ir::ValueId value, const ir::StepMatmul& matmul) {
      const double* magnitude = nullptr;
      gradients.write_or_add(value, [&](ir::ValueId target, bool add) {
        const auto& instruction = gradients.emit<ir::MatmulToValue>(matmul, target, builder.shape(value), add, nullptr);
        account(matmul.pass, &instruction.matmul());
        magnitude = &instruction.mean_magnitude();
      });
      if (!gradients.wants(value)) account(matmul.pass, nullptr);
      return magnitude;
    };
    const bool gradient_first = shape.transposed_b;
    const double* const of_a = product(values.a, {sites.name(), Pass::kDataGradient, &d, &b, shape});
    const double* const of_b = product(
        values.b, {sites.name(), Pass::kWeightGradient, gradient_first ? &d : &a, gradient_first ? &a : &d, shape});
    using Measured = ir::MeasureSensitivity::Measured;
    const std::vector<Measured> operands{Measured{nullptr, &a, &d, of_b, of_a}, Measured{nullptr, &b, &d, of_a, of_b}};
    gradients.emit<ir::MeasureSensitivity>(sites, operands);
  });
}

}  // namespace ampa::ops
