// Layers whose sites have scales in groups.
#include "gemm/cpu_backend.h"
#include "keep_quantized.h"
#include "op_harness.h"

namespace ampa::ops {
namespace {

using quant::ScaleAxis;

ir::Layer conv(ir::Shape in, std::int64_t out_channels, std::int64_t groups = 1) {
  ir::Layer one = layer("conv2d", {-1}, in, {out_channels, in.height, in.width}, 3, 1, 1);
  if (groups > 1) one.conv = ir::ConvAttributes{3, 1, 1, 1, groups};
  return one;
}

Tensor unequal_images(std::int64_t images, ir::Shape shape) {
  Tensor tensor = random_tensor(images, shape.height, shape.width, shape.channels, 1);
  for (std::int64_t image = 0; image < images; ++image)
    image_array(tensor, image) = image_array(tensor, image) * static_cast<float>(1 + 6 * image) + 0.2f;
  return tensor;
}

}  // namespace

TEST_CASE("scales per image and per output channel: forward is the convolution of the dequantized tensors") {
  const ir::Shape in{4, 6, 5};
  for (const std::int64_t groups : {1, 2, 4})
    for (const ScaleAxis activations : {ScaleAxis::kNone, ScaleAxis::kImages})
      for (const ScaleAxis weights : {ScaleAxis::kNone, ScaleAxis::kImages}) {
        const ir::Layer plain = conv(in, 8, groups);
        OpHarness harness(quantized(plain), {unequal_images(3, in)});
        harness.fill_parameters(5);
        harness.parameter(0).value.head(20) *= 9;
        ir::QuantizedLayer& sites = *harness.program.quantized_layers()[0];
        sites.set_bits({6, 4, 8});
        sites.activations.scale_axis = activations;
        sites.weights.scale_axis = weights;
        KeepQuantized kept;
        harness.context.observer = &kept;
        harness.forward();
        OpHarness twin(plain, harness.inputs);
        set_values(twin.parameter(0).value, kept.of(OperandKind::kWeight).dequantized);
        set_values(twin.inputs[0].values, kept.of(OperandKind::kActivation).dequantized);
        twin.forward();
        check_close(harness.out.values, twin.out.values);

        ThreadPool threads(3);
        gemm::CpuBackend cpu(threads);
        const Eigen::ArrayXf expected = harness.out.values;
        harness.context.backend = &cpu;
        harness.context.threads = &threads;
        harness.forward();
        CHECK((harness.out.values == expected).all());
      }
}

TEST_CASE("a weight scale per channel of a depthwise layer serves all three passes, with its sensitivities") {
  const ir::Shape in{5, 6, 5};
  const ir::Layer plain = conv(in, 5, 5);
  OpHarness harness(quantized(plain), {unequal_images(2, in)});
  harness.fill_parameters(5);
  ir::QuantizedLayer& sites = *harness.program.quantized_layers()[0];
  sites.weights.scale_axis = ScaleAxis::kImages;
  KeepQuantized kept;
  harness.context.observer = &kept;
  harness.context.measure = true;
  harness.objective();
  harness.backward();
  OpHarness twin(plain, harness.inputs);
  const KeepQuantized::Kept& w = kept.of(OperandKind::kWeight);
  set_values(twin.parameter(0).value, w.dequantized);
  set_values(twin.inputs[0].values, kept.of(OperandKind::kActivation).dequantized);
  twin.objective();
  set_values(twin.out_grad.values, kept.of(OperandKind::kGradient).dequantized);
  twin.backward();
  check_close(harness.out.values, twin.out.values);
  check_close(harness.input_grads[0].values, twin.input_grads[0].values);
  check_close(harness.parameter(0).gradient, twin.parameter(0).gradient);
  const double weight_grad = harness.parameter(0).gradient.cast<double>().abs().mean();
  CHECK(sites.mean_sensitivity().w == Approx(weight_grad * mean_abs_difference(w)).epsilon(1e-3));
}

TEST_CASE(
    "a gradient scale per image serves the data gradient, one per channel the weight gradient; along K both stop") {
  const ir::Shape in{3, 5, 5};
  const auto refused = [&](ScaleAxis weights, ScaleAxis activations, ScaleAxis gradients) {
    OpHarness harness(quantized(conv(in, 4)), {unequal_images(2, in)});
    harness.fill_parameters(5);
    ir::QuantizedLayer& sites = *harness.program.quantized_layers()[0];
    sites.weights.scale_axis = weights;
    sites.activations.scale_axis = activations;
    sites.gradients.scale_axis = gradients;
    try {
      harness.objective();
      harness.backward();
    } catch (const InputError& error) {
      CHECK(std::string(error.what()).rfind("layer '" + sites.name() + "': ", 0) == 0);
      return std::string(error.what());
    }
    return std::string("not refused");
  };
  const ScaleAxis none = ScaleAxis::kNone;
  CHECK(refused(none, none, none) == "not refused");
  CHECK_THAT(refused(none, none, ScaleAxis::kImages), Catch::Contains("wgrad: operand a: expected scales along M"));
  CHECK_THAT(refused(none, none, ScaleAxis::kChannels), Catch::Contains("dgrad: operand a: expected scales along M"));
  CHECK_THAT(refused(ScaleAxis::kImages, none, none), Catch::Contains("dgrad: operand b: expected scales along N"));
  CHECK_THAT(refused(none, ScaleAxis::kImages, none), Catch::Contains("wgrad: operand b: expected scales along N"));
  CHECK_THAT(refused(none, ScaleAxis::kChannels, none), Catch::Contains("fwd: operand a: expected scales along M"));
}

}  // namespace ampa::ops
