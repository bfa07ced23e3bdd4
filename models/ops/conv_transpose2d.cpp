// conv_transpose2d: a transposed convolution. Forward it is the data gradient of the convolution with its kernel,
// stride and padding from the larger map to the smaller one, its own data gradient is that convolution, and in the
// gradient of the weights input and gradient change places; the bias is added last. Rules N10 (FP32) and J2 (codes) of
// NUMERICS.md. (Dumoulin and Visin 2016, A guide to convolution arithmetic for deep learning.)
#include "ir/bias.h"
#include "ir/builder.h"
#include "ops/attribute_reader.h"
#include "ops/fp32_convolution.h"
#include "ops/integer_convolution.h"
#include "ops/op.h"
#include "ops/table.h"

namespace ampa::ops {
namespace {

// The convolution that is transposed: from layer.out to layer.in.
ConvGeometry geometry(const ir::Layer& layer) {
  const ir::ConvAttributes conv = layer.convolution();
  return {layer.out, layer.in, conv.kernel, conv.stride, conv.padding};
}

class Forward : public Fp32DataGradient {
 public:
  Forward(const ConvGeometry& geometry, ir::ValueId input, const ir::Parameter& weights, const ir::Parameter* bias,
          ir::ValueId output, SharedGrid grid)
      : Fp32DataGradient(geometry, input, weights, output, geometry.in, std::move(grid)), bias_(bias) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    Fp32DataGradient::run(frame, context);
    ir::Tensor& out = frame[writes()[0]];
    if (bias_) ir::add_bias(*bias_, out.size() / out.channels, out.values.data());
  }

 private:
  const ir::Parameter* bias_;
};

std::int64_t extent(std::int64_t in, std::int64_t kernel, std::int64_t stride, std::int64_t padding) {
  return (in - 1) * stride - 2 * padding + kernel;
}

void read(AttributeReader& reader, ir::Layer& layer) {
  ir::ConvAttributes conv;
  conv.kernel = reader.pair("kernel", 1, kMaxKernel);
  conv.stride = reader.pair("stride", 1, kMaxStride);
  if (reader.json().has("padding")) conv.padding = reader.pair("padding", 0, {conv.kernel.y - 1, conv.kernel.x - 1});
  if (reader.json().has("bias")) conv.has_bias = reader.json().boolean("bias");
  layer.out.height = extent(layer.in.height, conv.kernel.y, conv.stride.y, conv.padding.y);
  layer.out.width = extent(layer.in.width, conv.kernel.x, conv.stride.x, conv.padding.x);
  if (layer.out.height < 1 || layer.out.width < 1)
    reader.json().fail("padding", "a map that is left of the output", "more padding than output");
  layer.out.channels = reader.width("out_channels");
  layer.kernel = conv.kernel.y;
  layer.stride = conv.stride.y;
  layer.padding = conv.padding.y;
  layer.conv = conv;
  reader.bias(layer, conv.has_bias);
}

void expand_fp32(const ConvGeometry& g, const ConvParameters& parameters, ir::ValueId input, ir::ValueId output,
                 ir::Builder& builder) {
  const auto grid = std::make_shared<ir::FloatArray>();
  builder.emit<Forward>(g, input, parameters.weights, parameters.bias, output, grid);
  builder.backward(output, [=](ir::Gradients& gradients, ir::ValueId gradient) {
    gradients.emit<Fp32WeightGradient>(g, gradient, input, parameters.weights, grid);
    if (parameters.bias) gradients.emit<ir::BiasGradient>(gradient, *parameters.bias);
    gradients.write(input, [&](ir::ValueId target) {
      gradients.emit<Fp32Forward>(g, gradient, parameters.weights, nullptr, target, grid);
    });
  });
}

ir::ValueId expand(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  const ConvGeometry g = geometry(layer);
  ConvParameters parameters{
      builder.parameter(layer.name + ".weight", {g.out.channels, g.kernel.y, g.kernel.x, g.in.channels})};
  if (layer.convolution().has_bias) parameters.bias = &builder.parameter(layer.name + ".bias", {layer.out.channels});
  const ir::ValueId output = builder.value(layer.name, layer.out);
  if (ir::QuantizedLayer* const sites = builder.quantized_layer(layer))
    expand_integer_convolution(*sites, g, true, macs(layer), parameters, inputs[0], output, builder);
  else
    expand_fp32(g, parameters, inputs[0], output, builder);
  return output;
}

GemmSize gemm_size(const ir::Layer& layer) {
  return size_of(geometry(layer));
}

}  // namespace

// +-sqrt(6 / fan-in) as of a convolution, with kernel * kernel * out_channels for the fan-in, as PyTorch counts it.
const Op kConvTranspose2d = {"conv_transpose2d", 1, read, expand, gemm_size, 6.0};

}  // namespace ampa::ops
