#include "ops/integer_convolution.h"

#include "ir/bias.h"
#include "ir/first_order.h"
#include "ir/quantize.h"
#include "ir/quantize_gradient.h"
#include "ir/scale_rate.h"
#include "ops/rotate_codes.h"
#include "ops/switchable_product.h"

namespace ampa::ops {
namespace {

using gemm::Pass;

constexpr int kStoredFraction = 15;  // of weights in 16 bits

// One end of the convolution, as the layer quantizes it.
struct End {
  ir::Shape shape;
  quant::GridLayout layout;
};

}  // namespace

void expand_integer_convolution(ir::QuantizedLayer& sites, const ConvGeometry& g, bool transposed,
                                std::int64_t counted_macs, const ConvParameters& parameters, ir::ValueId input,
                                ir::ValueId output, ir::Builder& builder) {
  const End larger{g.in, g.input_layout()}, smaller{g.out, g.gradient_layout()};
  const End from = transposed ? smaller : larger, to = transposed ? larger : smaller;
  const gemm::ConvShape shape = g.conv_shape(transposed);
  ir::Codes &x = builder.codes(), &w = builder.codes();
  if (builder.recipe().double_rounding && !transposed)
    return expand_switchable({sites, g, counted_macs, parameters.weights, parameters.bias},
                             {sites.name(), Pass::kForward, &x, &w, shape}, x, w, input, output, builder);
  ir::Codes &rotated = builder.codes(), &d = builder.codes();
  ir::Codes& of_data = sites.data_gradients ? builder.codes() : d;  // the gradient as the data gradient reads it
  const ir::Codes &forward_w = transposed ? rotated : w, &backward_w = transposed ? w : rotated;
  const auto account = [&builder, shape, layer = sites.index(), macs = counted_macs](Pass pass,
                                                                                     const ir::StepMatmul* matmul) {
    builder.step_gemm({layer, pass, macs, matmul, conv_operands(shape, pass)});
  };
  builder.emit<ir::QuantizeValue>(input, sites.activations, from.shape, from.layout, x);
  builder.emit<ir::QuantizeWeights>(parameters.weights, g.weight_shape(), sites.weights, w);
  if (builder.recipe().fixed_point_update) parameters.weights.fraction_bits = kStoredFraction;
  if (transposed) builder.emit<RotateCodes>(g, w, rotated);
  const ir::StepMatmul forward{sites.name(), Pass::kForward, &x, &forward_w, shape};
  account(Pass::kForward, &builder.emit<ir::MatmulToValue>(forward, output, to.shape, false, parameters.bias).matmul());

  builder.backward(output, [=, &sites, &builder, &x, &w, &rotated, &backward_w, &d, &of_data](ir::Gradients& gradients,
                                                                                              ir::ValueId gradient) {
    if (parameters.bias) gradients.emit<ir::BiasGradient>(gradient, *parameters.bias);
    gradients.emit<ir::QuantizeValue>(gradient, sites.gradients, to.shape, to.layout, d);
    if (const auto& scaling = builder.recipe().rate_scaling) {
      std::vector<ir::Parameter*> scaled{&parameters.weights};
      if (parameters.bias) scaled.push_back(parameters.bias);
      gradients.emit<ir::ScaleRate>(sites.gradients, *scaling, scaled);
    }
    const double* input_grad = nullptr;
    std::optional<ir::StepMatmul> data_gradient;
    gradients.write_or_add(input, [&](ir::ValueId target, bool add) {
      if (sites.data_gradients)
        gradients.emit<ir::QuantizeValue>(gradient, *sites.data_gradients, to.shape, to.layout, of_data);
      if (!transposed) gradients.emit<RotateCodes>(g, w, rotated);
      const ir::StepMatmul matmul{sites.name(), Pass::kDataGradient, &of_data, &backward_w, shape};
      const auto& product = gradients.emit<ir::MatmulToValue>(matmul, target, builder.shape(input), add, nullptr);
      account(Pass::kDataGradient, &product.matmul());
      input_grad = &product.mean_magnitude();
      data_gradient = product.matmul();
    });
    if (!gradients.wants(input)) account(Pass::kDataGradient, nullptr);
    const ir::StepMatmul matmul{sites.name(), Pass::kWeightGradient, transposed ? &x : &d, transposed ? &d : &x, shape};
    const auto& product = gradients.emit<ir::MatmulToGradient>(matmul, parameters.weights);
    account(Pass::kWeightGradient, &product.matmul());
    const ir::MeasureSensitivity::Measured measured{&w, &x, &d, &product.mean_magnitude(), input_grad};
    gradients.emit<ir::MeasureSensitivity>(sites, std::vector<ir::MeasureSensitivity::Measured>{measured});
    gradients.emit<ir::MeasureFirstOrder>(sites, w, x, parameters.weights, data_gradient);
    if (builder.recipe().fixed_point_update)
      gradients.emit<ir::QuantizeGradient>(parameters.weights, sites.gradient_of_weights_tensor());
  });
}

}  // namespace ampa::ops
