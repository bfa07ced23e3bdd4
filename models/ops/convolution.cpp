#include "ops/convolution.h"

#include "ir/bias.h"
#include "ops/fp32_convolution.h"
#include "ops/integer_convolution.h"
#include "ops/table.h"
#include "ops/two_level_convolution.h"

namespace ampa::ops {
namespace {

void expand_fp32(const ConvGeometry& g, const ConvParameters& parameters, ir::ValueId input, ir::ValueId output,
                 ir::Builder& builder) {
  const auto grid = std::make_shared<ir::FloatArray>();
  builder.emit<Fp32Forward>(g, input, parameters.weights, parameters.bias, output, grid);
  builder.backward(output, [=, &builder](ir::Gradients& gradients, ir::ValueId gradient) {
    gradients.emit<Fp32WeightGradient>(g, input, gradient, parameters.weights, grid);
    if (parameters.bias) gradients.emit<ir::BiasGradient>(gradient, *parameters.bias);
    gradients.write(input, [&](ir::ValueId target) {
      gradients.emit<Fp32DataGradient>(g, gradient, parameters.weights, target, builder.shape(input), grid);
    });
  });
}

}  // namespace

ir::ValueId expand_convolution(const ir::Layer& layer, const ConvGeometry& geometry,
                               std::vector<std::int64_t> weight_shape, bool has_bias, ir::ValueId input,
                               ir::Builder& builder) {
  ConvParameters parameters{builder.parameter(layer.name + ".weight", std::move(weight_shape))};
  if (has_bias) parameters.bias = &builder.parameter(layer.name + ".bias", {geometry.out.channels});
  const ir::ValueId output = builder.value(layer.name, geometry.out);
  ir::QuantizedLayer* const sites = builder.quantized_layer(layer);
  if (sites && builder.recipe().two_level)
    expand_two_level(*sites, *builder.recipe().two_level, geometry, macs(layer), parameters, input, output, builder);
  else if (sites)
    expand_integer_convolution(*sites, geometry, false, macs(layer), parameters, input, output, builder);
  else
    expand_fp32(geometry, parameters, input, output, builder);
  return output;
}

}  // namespace ampa::ops
