#include "ops/two_level_convolution.h"

#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "common/error.h"
#include "ir/bias.h"
#include "ir/quantize.h"
#include "kernels/binary_dot.h"
#include "numerics/elementary32.h"
#include "ops/channel_sums.h"
#include "ops/pruned_gradient.h"
#include "ops/rotate_codes.h"
#include "ops/told_by_image.h"
#include "ops/two_level_fp32_gradient.h"

namespace ampa::ops {
namespace {

// Sums of signs by signs, kept for the backward half, and the output: each times the learned scale of its channel, plus
// the bias.
class TwoLevelForward : public ir::Instruction {
 public:
  TwoLevelForward(ir::StepMatmul matmul, const ir::Parameter& scale, const ir::Parameter* bias, ir::ValueId output,
                  const ir::Shape& shape, std::shared_ptr<gemm::Accumulators> sums)
      : Instruction({}, {output}),
        matmul_(std::move(matmul)),
        scale_(scale),
        bias_(bias),
        shape_(shape),
        sums_(std::move(sums)) {}

  bool tell_rows_to(ir::RowConsumer& consumer) override { return told_.take(consumer); }

  void run(ir::Frame& frame, ir::StepContext& context) override {
    ir::Tensor& out = frame[writes()[0]];
    out.resize({matmul_.a->tensor.images, shape_.height, shape_.width, shape_.channels});
    context.backend->run(matmul_.job(context.step), *sums_);
    const float* const scale = scale_.value.data();
    told_.start(frame, writes()[0], context);
    context.threads->for_each_part(out.images, [&](std::int64_t image) {
      const std::int32_t* const counted = sums_->narrow.data() + image * out.image_size();
      float* const values = out.image(image);
      const std::int64_t size = out.image_size(), channels = out.channels;
      for (std::int64_t i = 0; i < size; i += channels)
        for (std::int64_t c = 0; c < channels; ++c) values[i + c] = static_cast<float>(counted[i + c]) * scale[c];
      if (bias_) ir::add_bias(*bias_, out.height * out.width, values);
      told_.tell(image, out.height);
    });
  }
  const ir::StepMatmul& matmul() const { return matmul_; }

 private:
  ir::StepMatmul matmul_;
  const ir::Parameter& scale_;
  const ir::Parameter* bias_;
  ir::Shape shape_;
  std::shared_ptr<gemm::Accumulators> sums_;
  ToldByImage told_;
};

// The gradient of the sums with what is largest in it, and the gradient of the scales.
class TwoLevelScaleGradient : public ir::Instruction {
 public:
  TwoLevelScaleGradient(ir::ValueId gradient, std::shared_ptr<const gemm::Accumulators> sums, ir::Parameter& scale,
                        ir::ValueId of_sums, std::shared_ptr<Magnitudes> magnitudes)
      : Instruction({gradient}, {of_sums}), sums_(std::move(sums)), scale_(scale), magnitudes_(std::move(magnitudes)) {}

  bool reads_deferred(ir::ValueId) const override { return true; }

  void run(ir::Frame& frame, ir::StepContext& context) override {  // throws NonFiniteError
    const quant::FloatView gradient = frame.at(reads()[0]).view();
    ir::Tensor& out = frame[writes()[0]];
    out.resize(gradient);
    const std::int64_t channels = out.channels;
    largest_.setZero(channels, out.images);
    sum_over_images(out.images, *context.threads, scale_.gradient, [&](std::int64_t image, double* of_scales) {
      const std::int32_t* const sums = sums_->narrow.data() + image * out.image_size();
      quant::for_each_block(gradient, image, [&](std::int64_t first, std::int64_t count, const float* g) {
        kernels::active_binary().scale_gradient(g, sums + first, count / channels, channels, scale_.value.data(),
                                                of_scales, largest_.col(image).data(), out.image(image) + first);
      });
    });
    take(largest_.colwise().maxCoeff().transpose(), magnitudes_->of_images);
    take(largest_.rowwise().maxCoeff(), magnitudes_->of_channels);
  }

 private:
  static void take(const Eigen::ArrayXi& bits, std::vector<float>& magnitudes) {
    magnitudes.clear();
    for (const std::int32_t largest : bits)
      magnitudes.push_back(numerics::float_of32(static_cast<std::uint32_t>(largest)));
    for (const float magnitude : magnitudes) quant::check_finite({0, 0, std::isfinite(magnitude)});
  }

  std::shared_ptr<const gemm::Accumulators> sums_;
  ir::Parameter& scale_;
  std::shared_ptr<Magnitudes> magnitudes_;
  Eigen::ArrayXXi largest_;  // bits of |x|: (channels, images)
};

constexpr std::uint32_t kSecondGradients = 0x40000000u;
constexpr std::uint32_t kDrawsOfChannels = 0x20000000u, kDrawsOfImages = 0x30000000u;

}  // namespace

void expand_two_level(ir::QuantizedLayer& sites, const ir::TwoLevel& rules, const ConvGeometry& g,
                      std::int64_t counted_macs, const ConvParameters& parameters, ir::ValueId input,
                      ir::ValueId output, ir::Builder& builder) {
  if (g.groups > 1)
    throw InputError(fmt::format("layer '{}': expected a convolution on all channels for two levels, found {} groups",
                                 sites.name(), g.groups));
  const gemm::ConvShape shape = g.conv_shape(false);
  const auto job = [&sites, shape](gemm::Pass pass, const ir::Codes& a, const ir::Codes& b) {
    return ir::StepMatmul{sites.name(), pass, &a, &b, shape};
  };
  const auto index = static_cast<std::uint32_t>(sites.index());
  ir::Parameter& scale = builder.parameter(sites.name() + ".out_scale", {g.out.channels});
  scale.starts_from = &parameters.weights;
  ir::Codes &x = builder.codes(), &w = builder.codes(), &rotated = builder.codes();
  const auto of_images = std::make_shared<KeptCodes>(), of_channels = std::make_shared<KeptCodes>();
  of_channels->axis = quant::ScaleAxis::kChannels;
  builder.emit<ir::QuantizeValue>(input, sites.activations, g.in, g.input_layout(), x);
  builder.emit<ir::QuantizeWeights>(parameters.weights, g.weight_shape(), sites.weights, w);
  const auto account = [&builder, layer = sites.index(), macs = counted_macs](
                           gemm::Pass pass, const ir::StepMatmul* matmul, std::int64_t keep_one_in) {
    builder.step_gemm({layer, pass, macs, matmul, gemm::operand_kinds(pass), keep_one_in});
  };
  const auto sums = std::make_shared<gemm::Accumulators>();
  const auto& product =
      builder.emit<TwoLevelForward>(job(gemm::Pass::kForward, x, w), scale, parameters.bias, output, g.out, sums);
  account(gemm::Pass::kForward, &product.matmul(), 1);

  builder.backward(output, [=, &sites, &builder, &scale, &x, &w, &rotated](ir::Gradients& gradients,
                                                                           ir::ValueId gradient) {
    if (parameters.bias) gradients.emit<ir::BiasGradient>(gradient, *parameters.bias);
    const ir::ValueId of_sums = builder.value(sites.name() + ".sums.gradient", g.out);
    const auto magnitudes = std::make_shared<Magnitudes>();
    gradients.emit<TwoLevelScaleGradient>(gradient, sums, scale, of_sums, magnitudes);
    if (rules.keep_one_in == 0)
      return write_fp32_gradients({sites, g, x, w, parameters.weights, input}, of_sums, gradients, builder);
    gradients.write(input, [&](ir::ValueId target) {
      gradients.emit<QuantizePruned>(of_sums, sites.gradients, rules, kSecondGradients + index, kDrawsOfImages + index,
                                     g.out, g.gradient_layout(), magnitudes, of_images);
      gradients.emit<RotateCodes>(g, w, rotated);
      const auto& to_value = gradients.emit<PrunedToValue>(job(gemm::Pass::kDataGradient, of_images->codes, rotated),
                                                           *of_images, input, target, builder.shape(input));
      account(gemm::Pass::kDataGradient, &to_value.matmul(), rules.keep_one_in);
    });
    if (!gradients.wants(input)) account(gemm::Pass::kDataGradient, nullptr, rules.keep_one_in);
    gradients.emit<QuantizePruned>(of_sums, sites.gradients, rules, sites.gradients.tensor_index,
                                   kDrawsOfChannels + index, g.out, g.gradient_layout(), magnitudes, of_channels);
    const auto& to_gradient = gradients.emit<PrunedToGradient>(job(gemm::Pass::kWeightGradient, of_channels->codes, x),
                                                               *of_channels, parameters.weights);
    account(gemm::Pass::kWeightGradient, &to_gradient.matmul(), rules.keep_one_in);
  });
}

}  // namespace ampa::ops
