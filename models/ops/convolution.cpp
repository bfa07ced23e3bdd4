#include "ops/convolution.h"

#include "ir/bias.h"
#include "ir/quantize.h"
#include "ops/convolution_jobs.h"
#include "ops/fp32_convolution.h"
#include "ops/table.h"
#include "ops/two_level_convolution.h"

namespace ampa::ops {
namespace {

using gemm::Pass;

void expand_integer(ir::QuantizedLayer& sites, const ConvGeometry& g, std::int64_t counted_macs,
                    const ConvParameters& parameters, ir::ValueId input, ir::ValueId output, ir::Builder& builder) {
  const ConvolutionJobs jobs(sites.name(), g);
  ir::Codes &x = builder.codes(), &w = builder.codes(), &rotated = builder.codes(), &d = builder.codes();
  builder.emit<ir::QuantizeValue>(input, sites.activations, g.in, g.input_layout(), x);
  builder.emit<ir::QuantizeWeights>(parameters.weights, g.weight_shape(), sites.weights, w);
  const auto account = [&builder, layer = sites.index(), macs = counted_macs](Pass pass, const ir::StepMatmul* matmul) {
    builder.step_gemm({layer, pass, macs, matmul});
  };
  account(Pass::kForward,
          &builder.emit<ir::MatmulToValue>(jobs.forward(x, w), output, g.out, false, parameters.bias).matmul());

  builder.backward(output, [=, &sites, &builder, &x, &w, &rotated, &d](ir::Gradients& gradients, ir::ValueId gradient) {
    if (parameters.bias) gradients.emit<ir::BiasGradient>(gradient, *parameters.bias);
    gradients.emit<ir::QuantizeValue>(gradient, sites.gradients, g.out, g.gradient_layout(), d);
    const double* input_grad = nullptr;
    gradients.write_or_add(input, [&](ir::ValueId target, bool add) {
      gradients.emit<RotateCodes>(g, w, rotated);
      const auto& product =
          gradients.emit<ir::MatmulToValue>(jobs.data_gradient(d, rotated), target, builder.shape(input), add, nullptr);
      account(Pass::kDataGradient, &product.matmul());
      input_grad = &product.mean_magnitude();
    });
    if (!gradients.wants(input)) account(Pass::kDataGradient, nullptr);
    const auto& product = gradients.emit<ir::MatmulToGradient>(jobs.weight_gradient(d, x), parameters.weights);
    account(Pass::kWeightGradient, &product.matmul());
    gradients.emit<ir::MeasureSensitivity>(
        sites, ir::MeasureSensitivity::Measured{&w, &x, &d, &product.mean_magnitude(), input_grad});
  });
}

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
    expand_integer(*sites, geometry, macs(layer), parameters, input, output, builder);
  else
    expand_fp32(geometry, parameters, input, output, builder);
  return output;
}

}  // namespace ampa::ops
