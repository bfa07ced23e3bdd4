#include "keep_quantized.h"
#include "op_harness.h"
#include "optim/optimizer.h"

namespace ampa::ops {
namespace {

ir::Layer conv(ir::Shape in, ir::Shape out, std::int64_t kernel, std::int64_t stride, std::int64_t padding) {
  return layer("conv2d", {-1}, in, out, kernel, stride, padding);
}

double mean_abs(const std::vector<float>& values) {
  double sum = 0;
  for (float value : values) sum += std::abs(static_cast<double>(value));
  return sum / static_cast<double>(values.size());
}

double mean_abs(const Eigen::ArrayXf& values) {
  return values.cast<double>().abs().mean();
}

}  // namespace

TEST_CASE("quantized convolution: its three GEMMs are FP32 convolutions of the dequantized tensors") {
  for (const allocate::LayerBits bits : {allocate::LayerBits{8, 8, 8}, {4, 6, 8}, {2, 3, 5}})
    for (const std::int64_t stride : {1, 2}) {
      INFO("bits " << bits.w << " " << bits.a << " " << bits.g << " stride " << stride);
      const ir::Layer plain = conv({5, 6, 7}, {3, (6 - 1) / stride + 1, (7 - 1) / stride + 1}, 3, stride, 1);
      OpHarness harness(quantized(plain), {random_tensor(2, 6, 7, 5, 1)});
      ir::QuantizedLayer& sites = *harness.program.quantized_layers()[0];
      sites.set_bits(bits);
      harness.fill_parameters(5);
      harness.inputs[0].values += 0.3f;  // the zero point is neither 0 nor the middle
      KeepQuantized kept;
      harness.context.observer = &kept;
      harness.context.measure = true;
      harness.objective();
      harness.backward();

      OpHarness twin_harness(plain, harness.inputs);
      set_values(twin_harness.parameter(0).value, kept.of(OperandKind::kWeight).dequantized);
      set_values(twin_harness.inputs[0].values, kept.of(OperandKind::kActivation).dequantized);
      twin_harness.objective();
      set_values(twin_harness.out_grad.values, kept.of(OperandKind::kGradient).dequantized);
      twin_harness.backward();
      check_close(harness.out.values, twin_harness.out.values);
      check_close(harness.input_grads[0].values, twin_harness.input_grads[0].values);
      check_close(harness.parameter(0).gradient, twin_harness.parameter(0).gradient);

      // Equations (9) and (11) written out.
      const double weight_grad = mean_abs(harness.parameter(0).gradient);
      const allocate::LayerSensitivity sensitivity = sites.mean_sensitivity();
      CHECK(sensitivity.w == Approx(weight_grad * mean_abs_difference(kept.of(OperandKind::kWeight))).epsilon(1e-3));
      CHECK(sensitivity.a ==
            Approx(mean_abs(harness.input_grads[0].values) * mean_abs_difference(kept.of(OperandKind::kActivation)))
                .epsilon(1e-3));
      CHECK(sensitivity.g == Approx(weight_grad * mean_abs_difference(kept.of(OperandKind::kGradient)) *
                                    mean_abs(kept.of(OperandKind::kActivation).dequantized))
                                 .epsilon(1e-3));
    }
}

TEST_CASE("quantized convolution: a clipping rule narrows the range of all three tensors") {
  const auto scale_of = [&](const std::string& rule, OperandKind kind) {
    OpHarness harness(quantized(conv({3, 5, 5}, {2, 5, 5}, 3, 1, 1)), {random_tensor(2, 5, 5, 3, 1)});
    harness.fill_parameters(5);
    KeepQuantized kept;
    harness.context.observer = &kept;
    harness.context.clipping = &numerics::clipping_rule(rule, "test");
    harness.objective();
    harness.backward();
    return kept.of(kind).scale;
  };
  for (const OperandKind kind : {OperandKind::kWeight, OperandKind::kActivation, OperandKind::kGradient})
    CHECK(scale_of("seven_eighths", kind) == Approx(0.875 * scale_of("full", kind)).epsilon(1e-6));
}

TEST_CASE("quantized linear layer: forward and gradients with bias") {
  const ir::Layer plain = layer("linear", {-1}, {3, 2, 2}, {4, 1, 1});
  const Tensor input = random_tensor(6, 2, 2, 3, 1);
  OpHarness harness(quantized(plain), {input}), twin_harness(plain, {input});
  for (OpHarness* one : {&harness, &twin_harness}) {
    one->fill_parameters(5);
    one->parameter(1).value << 1, 2, 3, 4;
  }
  harness.objective();
  harness.backward();
  twin_harness.objective();
  twin_harness.backward();
  // 8 bits: within a few hundredths of the FP32 layer.
  CHECK((harness.out.values - twin_harness.out.values).abs().maxCoeff() < 0.1f);
  CHECK((harness.parameter(1).gradient == twin_harness.parameter(1).gradient).all());
  CHECK((harness.parameter(0).gradient - twin_harness.parameter(0).gradient).abs().maxCoeff() < 0.1f);
}

TEST_CASE("a training step whose weight gradient exceeds 32-bit accumulators") {
  // 20 maps of 64 x 64 positions: K = 81,920 products of up to 255 * 127 in one weight gradient.
  Tensor input;
  input.resize(20, 64, 64, 1);
  input.values.setOnes();
  OpHarness harness(quantized(conv({1, 64, 64}, {1, 64, 64}, 1, 1, 0)), {input});
  Parameter& weight = harness.parameter(0);
  weight.value.setConstant(0.5f);
  harness.forward();
  harness.out_grad = harness.out;
  harness.out_grad.values.setConstant(0.25f);
  harness.backward();

  const std::int64_t exact = std::int64_t{81920} * 255 * 127;
  const auto naive = static_cast<std::int32_t>(static_cast<std::uint32_t>(exact));
  REQUIRE(exact > INT32_MAX);
  REQUIRE(naive != exact);
  const double scale = (1.0 / 255) * (0.25 / 127);
  CHECK(weight.gradient[0] == Approx(81920 * 0.25).epsilon(1e-6));
  CHECK(weight.gradient[0] != Approx(naive * scale).epsilon(1e-2));

  optim::make_optimizer("sgd", {{"momentum", 0}, {"weight_decay", 0}}, {&weight})->step(1e-4, 0, harness.threads);
  CHECK(weight.value[0] == Approx(0.5 - 1e-4 * 81920 * 0.25).epsilon(1e-6));
}

TEST_CASE("images_alone: each image of a batch gives what it gives in a batch of its own") {
  for (const ir::Layer& one : {conv({5, 6, 7}, {3, 6, 7}, 3, 1, 1), conv({5, 6, 7}, {3, 4, 5}, 3, 1, 0),
                               layer("linear", {-1}, {12, 1, 1}, {4, 1, 1}),
                               layer("linear", {-1}, {70000, 1, 1}, {2, 1, 1})}) {  // the last one with 64-bit sums
    INFO(one.op << " padding " << one.padding);
    Tensor batch = random_tensor(3, one.in.height, one.in.width, one.in.channels, 1);
    image_array(batch, 1) *= 7;
    image_array(batch, 2) = image_array(batch, 2).abs() + 0.3f;
    OpHarness together(quantized(one), {batch});
    together.fill_parameters(5);
    together.context.training = false;
    together.context.images_alone = true;
    together.forward();
    for (std::int64_t image = 0; image < batch.images; ++image) {
      Tensor single;
      single.resize(1, batch.height, batch.width, batch.channels);
      image_array(single, 0) = image_array(batch, image);
      OpHarness alone(quantized(one), {single});
      alone.fill_parameters(5);
      alone.forward();
      CHECK((image_array(together.out, image) == image_array(alone.out, 0)).all());
    }
  }
}

TEST_CASE("quantized convolution: an all-zero gradient gives zero gradients, a NaN is refused") {
  OpHarness harness(quantized(conv({2, 4, 4}, {2, 4, 4}, 3, 1, 1)), {random_tensor(2, 4, 4, 2, 1)});
  harness.fill_parameters(5);
  harness.objective();
  harness.out_grad.values.setZero();
  harness.backward();
  CHECK((harness.input_grads[0].values == 0).all());
  CHECK((harness.parameter(0).gradient == 0).all());
  harness.inputs[0].values[3] = std::nanf("");
  CHECK_THROWS_AS(harness.forward(), NonFiniteError);
}

}  // namespace ampa::ops
