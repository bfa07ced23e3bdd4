#include "ops/convolution.h"

#include "ir/bias.h"
#include "ir/quantize.h"
#include "ir/quantize_gradient.h"
#include "ir/scale_rate.h"
#include "ops/fp32_convolution.h"
#include "ops/switchable_product.h"
#include "ops/table.h"

namespace ampa::ops {
namespace {

using gemm::Pass;

constexpr int kStoredFraction = 15;  // of weights in 16 bits

// Weights as the data gradient's product reads them.
class RotateCodes : public ir::Instruction {
 public:
  RotateCodes(const ConvGeometry& geometry, const ir::Codes& weights, ir::Codes& rotated)
      : Instruction({}, {}), geometry_(geometry), weights_(weights), rotated_(rotated) {}

  void run(ir::Frame&, ir::StepContext&) override {
    rotated_.params = weights_.params;
    rotated_.groups = rotated_groups();
    gemm::resize(rotated_.tensor, weights_.params.format, 0, geometry_.in.channels, geometry_.kernel.y,
                 geometry_.kernel.x, geometry_.out_group().channels);
    rotate_weights(geometry_, weights_.tensor.bytes.data(), rotated_.tensor.bytes.data());
  }

 private:
  // Output channels are the channels of what is rotated: along the depth of the product, unless a group has one.
  quant::ScaleGroups rotated_groups() const {
    const quant::ScaleGroups& groups = weights_.groups;
    if (groups.axis != quant::ScaleAxis::kImages) return groups;
    if (geometry_.out_group().channels > 1) return {quant::ScaleAxis::kChannels, groups.params};
    quant::ScaleGroups by_image{quant::ScaleAxis::kImages, {}};
    for (std::int64_t i = 0; i < geometry_.in.channels; ++i)
      by_image.params.push_back(groups.params[static_cast<std::size_t>(i / geometry_.in_group().channels)]);
    return by_image;
  }

  ConvGeometry geometry_;
  const ir::Codes& weights_;
  ir::Codes& rotated_;
};

// The three jobs in the table of gemm::GemmJob.
class Jobs {
 public:
  Jobs(const std::string& layer, const ConvGeometry& geometry) : layer_(layer), g_(geometry) {}

  ir::StepMatmul forward(const ir::Codes& input, const ir::Codes& weights) const {
    return {layer_, Pass::kForward, &input, &weights, patches(), kernel(g_.out), g_.conv_shape()};
  }
  ir::StepMatmul data_gradient(const ir::Codes& gradient, const ir::Codes& rotated) const {
    gemm::Operand windows = window(g_.in, g_.out);
    windows.dilation = g_.dilation;
    return {layer_, Pass::kDataGradient, &gradient, &rotated, windows, kernel(g_.in), g_.conv_shape()};
  }
  ir::StepMatmul weight_gradient(const ir::Codes& gradient, const ir::Codes& input) const {
    const quant::GridLayout layout = g_.gradient_layout();
    gemm::Operand positions;
    positions.stride = g_.stride;
    positions.out_height = g_.out.height;
    positions.out_width = g_.out.width;
    positions.origin_y = layout.border_top;
    positions.origin_x = layout.border_left;
    positions.transposed = true;
    positions.channels = groups_of(g_.out.channels);
    gemm::Operand windows = patches();
    windows.transposed = true;
    return {layer_, Pass::kWeightGradient, &gradient, &input, positions, windows, g_.conv_shape()};
  }

 private:
  gemm::BatchWindow groups_of(std::int64_t extent) const {
    return g_.groups == 1 ? gemm::BatchWindow{} : gemm::BatchWindow{0, extent / g_.groups, g_.groups};
  }
  // One for each position of `positions`, over the channels of `from`.
  gemm::Operand window(const ir::Shape& positions, const ir::Shape& from) const {
    gemm::Operand operand = taps();
    operand.out_height = positions.height;
    operand.out_width = positions.width;
    operand.channels = groups_of(from.channels);
    return operand;
  }
  gemm::Operand patches() const {
    gemm::Operand operand = window(g_.out, g_.in);
    operand.stride = g_.stride;
    operand.dilation = g_.dilation;
    return operand;
  }
  // A row of weights for each channel of `to`.
  gemm::Operand kernel(const ir::Shape& to) const {
    gemm::Operand operand = taps();
    operand.images = groups_of(to.channels);
    return operand;
  }
  gemm::Operand taps() const { return {nullptr, g_.kernel.y, g_.kernel.x}; }

  std::string layer_;
  ConvGeometry g_;
};

struct Parameters {
  ir::Parameter& weights;
  ir::Parameter* bias = nullptr;
};

void expand_integer(ir::QuantizedLayer& sites, const ConvGeometry& g, std::int64_t counted_macs,
                    const Parameters& parameters, ir::ValueId input, ir::ValueId output, ir::Builder& builder) {
  const Jobs jobs(sites.name(), g);
  ir::Codes &x = builder.codes(), &w = builder.codes();
  if (builder.recipe().double_rounding)
    return expand_switchable({sites, g, counted_macs, parameters.weights, parameters.bias}, jobs.forward(x, w), x, w,
                             input, output, builder);
  ir::Codes &rotated = builder.codes(), &d = builder.codes();
  ir::Codes& of_data = sites.data_gradients ? builder.codes() : d;  // the gradient as the data gradient reads it
  builder.emit<ir::QuantizeValue>(input, sites.activations, g.in, g.input_layout(), x);
  builder.emit<ir::QuantizeWeights>(parameters.weights, g.weight_shape(), sites.weights, w);
  if (builder.recipe().fixed_point_update) parameters.weights.fraction_bits = kStoredFraction;
  const auto account = [&builder, layer = sites.index(), macs = counted_macs](Pass pass, const ir::StepMatmul* matmul) {
    builder.step_gemm({layer, pass, macs, matmul});
  };
  account(Pass::kForward,
          &builder.emit<ir::MatmulToValue>(jobs.forward(x, w), output, g.out, false, parameters.bias).matmul());

  builder.backward(
      output, [=, &sites, &builder, &x, &w, &rotated, &d, &of_data](ir::Gradients& gradients, ir::ValueId gradient) {
        if (parameters.bias) gradients.emit<ir::BiasGradient>(gradient, *parameters.bias);
        gradients.emit<ir::QuantizeValue>(gradient, sites.gradients, g.out, g.gradient_layout(), d);
        if (const auto& scaling = builder.recipe().rate_scaling) {
          std::vector<ir::Parameter*> scaled{&parameters.weights};
          if (parameters.bias) scaled.push_back(parameters.bias);
          gradients.emit<ir::ScaleRate>(sites.gradients, *scaling, scaled);
        }
        const double* input_grad = nullptr;
        gradients.write_or_add(input, [&](ir::ValueId target, bool add) {
          if (sites.data_gradients)
            gradients.emit<ir::QuantizeValue>(gradient, *sites.data_gradients, g.out, g.gradient_layout(), of_data);
          gradients.emit<RotateCodes>(g, w, rotated);
          const auto& product = gradients.emit<ir::MatmulToValue>(jobs.data_gradient(of_data, rotated), target,
                                                                  builder.shape(input), add, nullptr);
          account(Pass::kDataGradient, &product.matmul());
          input_grad = &product.mean_magnitude();
        });
        if (!gradients.wants(input)) account(Pass::kDataGradient, nullptr);
        const auto& product = gradients.emit<ir::MatmulToGradient>(jobs.weight_gradient(d, x), parameters.weights);
        account(Pass::kWeightGradient, &product.matmul());
        if (builder.recipe().fixed_point_update)
          gradients.emit<ir::QuantizeGradient>(parameters.weights, sites.gradient_of_weights_tensor());
        gradients.emit<ir::MeasureSensitivity>(
            sites, ir::MeasureSensitivity::Measured{&w, &x, &d, &product.mean_magnitude(), input_grad});
      });
}

void expand_fp32(const ConvGeometry& g, const Parameters& parameters, ir::ValueId input, ir::ValueId output,
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
  Parameters parameters{builder.parameter(layer.name + ".weight", std::move(weight_shape))};
  if (has_bias) parameters.bias = &builder.parameter(layer.name + ".bias", {geometry.out.channels});
  const ir::ValueId output = builder.value(layer.name, geometry.out);
  if (ir::QuantizedLayer* const sites = builder.quantized_layer(layer))
    expand_integer(*sites, geometry, macs(layer), parameters, input, output, builder);
  else
    expand_fp32(geometry, parameters, input, output, builder);
  return output;
}

}  // namespace ampa::ops
