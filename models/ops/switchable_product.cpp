#include "ops/switchable_product.h"

#include <memory>

#include "ir/bias.h"
#include "ir/learned_scale.h"
#include "ops/fp32_convolution.h"

namespace ampa::ops {
namespace {

// The scales of a layer; those of its activations are a width's own.
ir::LearnedScales make_scales(const std::string& layer, ir::Builder& builder) {
  const auto factor = [&](const std::string& name) -> ir::Parameter& {
    ir::Parameter& parameter = builder.parameter(name, {1});
    parameter.value.setOnes();
    parameter.is_scale = true;
    return parameter;
  };
  ir::Parameter& weights = factor(layer + ".weight_scale");
  Eigen::ArrayXf& weight_unit = builder.buffer(layer + ".weight_scale_unit", 1);
  ir::Parameter& activations = builder.of_width(factor(layer + ".activation_scale"));
  ir::Parameter& zero = builder.of_width(builder.parameter(layer + ".activation_zero", {1}));
  zero.is_scale = true;
  Eigen::ArrayXf& activation_unit = builder.buffer(layer + ".activation_scale_unit", 1, builder.of_width());
  return {{weights, weight_unit, nullptr}, {activations, activation_unit, &zero}};
}

}  // namespace

void expand_switchable(const SwitchableLayer& layer, ir::StepMatmul forward, ir::Codes& x, ir::Codes& w,
                       ir::ValueId input, ir::ValueId output, ir::Builder& builder) {
  const Bits high = *builder.recipe().double_rounding;
  const ConvGeometry& g = layer.geometry;
  const ir::LearnedScales scales = make_scales(layer.sites.name(), builder);
  ir::Parameter& effective = builder.shadow(layer.sites.name() + ".weight_values");
  builder.emit<ir::QuantizeLearnedValue>(input, layer.sites.activations, g.in, g.input_layout(), scales.activations, x);
  builder.emit<ir::QuantizeLearnedWeights>(layer.weights, g.weight_shape(), layer.sites.weights, high, scales.weights,
                                           w, effective);
  const auto& product = builder.emit<ir::MatmulToValue>(std::move(forward), output, g.out, false, layer.bias);
  builder.step_gemm({layer.sites.index(), gemm::Pass::kForward, layer.counted_macs, &product.matmul()});

  ir::Parameter &weights = layer.weights, *const bias = layer.bias;
  const std::string name = layer.sites.name();
  builder.backward(output, [=, &builder, &x, &w, &weights, &effective](ir::Gradients& gradients, ir::ValueId gradient) {
    const auto grid = std::make_shared<ir::FloatArray>();
    if (bias) gradients.emit<ir::BiasGradient>(gradient, *bias);
    const ir::ValueId values = builder.value(name + ".activation_values", g.in);
    gradients.emit<ir::DequantizeValue>(x, g.in, values);
    gradients.emit<Fp32WeightGradient>(g, values, gradient, effective, grid);
    gradients.emit<ir::LearnedWeightGradient>(weights, effective, w, high, scales.weights);
    gradients.write(input, [&](ir::ValueId target) {
      const ir::Shape shape = builder.shape(input);
      const ir::ValueId of_values = builder.value(name + ".activation_values.gradient", shape);
      gradients.emit<Fp32DataGradient>(g, gradient, effective, of_values, shape, grid);
      gradients.emit<ir::LearnedValueGradient>(of_values, input, target, x, scales.activations);
    });
  });
}

}  // namespace ampa::ops
