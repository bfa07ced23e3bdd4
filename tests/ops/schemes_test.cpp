// Layers of schemes whose tensors are quantized by rules of their own, against plain twins.
#include "gemm/cpu_backend.h"
#include "ir/scale_rate.h"
#include "keep_quantized.h"
#include "op_harness.h"
#include "optim/fixed_point_store.h"
#include "quant/deviation.h"

namespace ampa::ops {
namespace {

using numerics::Rounding;

quant::TensorRule rule(const std::string& scale, const std::string& clipping, Rounding rounding) {
  return {&numerics::scale_form(scale, "test"), quant::make_clipping(quant::clipping_rule(clipping, "test")), rounding};
}

// Keeps the tensors of both quantizations of a gradient.
class KeepGradients : public KeepQuantized {
 public:
  KeepQuantized second;
  std::vector<quant::ScaleGroups> groups;
  std::vector<std::uint32_t> streams;
  void on_quantize(const quant::QuantizeEvent& event) override {
    (event.is_second ? second : static_cast<KeepQuantized&>(*this)).KeepQuantized::on_quantize(event);
    if (event.kind != OperandKind::kGradient) return;
    groups.push_back(event.groups ? *event.groups : quant::ScaleGroups{});
    streams.push_back(event.stream.tensor);
  }
};

ir::Recipe dai8() {
  ir::Recipe recipe;
  recipe.activations = rule("symmetric", "full", Rounding::kNearestEven);
  recipe.gradients = rule("symmetric", "magnitude_aware", Rounding::kStochastic);
  recipe.gradient_by_channel = true;
  return recipe;
}

ir::Layer conv() {
  return layer("conv2d", {-1}, {3, 6, 5}, {4, 6, 5}, 3, 1, 1);
}

Tensor sized_by_channel(Tensor tensor) {
  for (Eigen::Index i = 0; i < tensor.values.size(); ++i)
    tensor.values[i] *= std::pow(5.0f, static_cast<float>(i % tensor.channels));
  return tensor;
}

}  // namespace

TEST_CASE("Z6 R8: the weight gradient reads a scale a channel, the data gradient a second quantization with one") {
  const Tensor input = random_tensor(2, 6, 5, 3, 1);
  OpHarness harness({quantized(conv())}, {input}, true, dai8());
  harness.fill_parameters(5);
  harness.out_grad = sized_by_channel(random_tensor(2, 6, 5, 4, 99));
  KeepGradients kept;
  harness.context.observer = &kept;
  harness.objective();
  harness.backward();
  REQUIRE(kept.groups.size() == 2);
  REQUIRE(kept.groups[0].params.size() == 4);
  CHECK(kept.groups[0].axis == quant::ScaleAxis::kChannels);
  CHECK(kept.groups[0].params[3].scale > 20 * kept.groups[0].params[0].scale);
  CHECK_FALSE(kept.groups[1].is_grouped());
  CHECK(kept.streams == std::vector<std::uint32_t>{0, 0x40000000});

  OpHarness twin(conv(), {input});
  set_values(twin.parameter(0).value, kept.of(OperandKind::kWeight).dequantized);
  set_values(twin.inputs[0].values, kept.of(OperandKind::kActivation).dequantized);
  twin.objective();
  twin.out_grad = harness.out_grad;
  set_values(twin.out_grad.values, kept.of(OperandKind::kGradient).dequantized);
  twin.backward();
  check_close(harness.parameter(0).gradient, twin.parameter(0).gradient);
  set_values(twin.out_grad.values, kept.second.of(OperandKind::kGradient).dequantized);
  twin.backward();
  check_close(harness.input_grads[0].values, twin.input_grads[0].values);

  ThreadPool threads(3);
  gemm::CpuBackend cpu(threads);
  OpHarness other({quantized(conv())}, {input}, false, dai8());
  other.fill_parameters(5);
  other.out_grad = harness.out_grad;
  other.context.backend = &cpu;
  other.context.threads = &threads;
  other.objective();
  other.backward();
  CHECK((other.parameter(0).gradient == harness.parameter(0).gradient).all());
  CHECK((other.input_grads[0].values == harness.input_grads[0].values).all());
}

TEST_CASE("O8: the rate of a layer falls with the deviation of its gradient's codes") {
  ir::Recipe recipe;
  recipe.gradients = rule("symmetric", "direction", Rounding::kStochastic);
  recipe.rate_scaling = ir::RateScaling{20, 0.1};
  OpHarness harness({quantized(layer("linear", {-1}, {3, 2, 2}, {4, 1, 1}))}, {random_tensor(6, 2, 2, 3, 1)}, true,
                    recipe);
  harness.fill_parameters(5);
  harness.program.quantized_layers()[0]->set_bits({8, 8, 4});
  KeepQuantized kept;
  harness.context.observer = &kept;
  harness.objective();
  harness.backward();
  const KeepQuantized::Kept& g = kept.of(OperandKind::kGradient);
  double product = 0, of_values = 0, of_codes = 0;
  for (std::size_t i = 0; i < g.input.size(); ++i) {
    product += double{g.input[i]} * g.dequantized[i];
    of_values += double{g.input[i]} * g.input[i];
    of_codes += double{g.dequantized[i]} * g.dequantized[i];
  }
  const double deviation = 1 - product / std::sqrt(of_values * of_codes);
  CHECK(deviation > 1e-4);
  for (const std::size_t parameter : {0, 1})  // weight and bias
    CHECK(harness.parameter(parameter).rate_factor == Approx(std::exp(-20 * deviation)).epsilon(1e-5));
  CHECK(harness.program.buffers().back().name == harness.program.quantized_layers()[0]->name() + ".gradient.clipping");
  CHECK(harness.program.buffers().back().of == ir::BufferOf::kTraining);
}

TEST_CASE("V4: what training rounds by chance an evaluation rounds to the nearest code") {
  ir::Recipe recipe;
  recipe.weights.rounding = recipe.activations.rounding = Rounding::kStochastic;
  OpHarness harness({quantized(conv())}, {random_tensor(2, 6, 5, 3, 1)}, true, recipe);
  OpHarness nearest({quantized(conv())}, {random_tensor(2, 6, 5, 3, 1)});
  for (OpHarness* one : {&harness, &nearest}) one->fill_parameters(5), one->forward();
  CHECK((harness.out.values != nearest.out.values).any());
  for (OpHarness* one : {&harness, &nearest}) one->context.training = false, one->forward();
  CHECK((harness.out.values == nearest.out.values).all());
}

TEST_CASE("W1: the gradient of weights keeps its direction in eight bits") {
  ir::Recipe recipe;
  recipe.fixed_point_update = true;
  OpHarness harness({quantized(conv())}, {random_tensor(2, 6, 5, 3, 1)}, true, recipe);
  OpHarness whole({quantized(conv())}, {random_tensor(2, 6, 5, 3, 1)});
  for (OpHarness* one : {&harness, &whole}) one->fill_parameters(5), one->objective(), one->backward();
  const Eigen::ArrayXf& exact = whole.parameter(0).gradient;
  const double shift = std::exp2(std::nearbyint(std::log2(double{exact.abs().maxCoeff()})));
  const numerics::RandomStream stream{3, 0, 0x70000000};
  for (Eigen::Index i = 0; i < exact.size(); ++i) {
    const double u = std::min(std::max(exact[i] * 128 / shift, -127.0), 127.0);
    const double n = std::floor((std::floor(u * 65536) + stream.bits16(static_cast<std::uint64_t>(i))) / 65536);
    CHECK(harness.parameter(0).gradient[i] == static_cast<float>(n / 16384));
  }
  CHECK(harness.parameter(0).fraction_bits == 15);
}

TEST_CASE("W2: weights in fixed point are multiples of 2^-15 within 1 - 2^-7") {
  ir::Parameter fixed, free;
  fixed.value.resize(6);
  fixed.value << 0.3f, -0.3f, 2.0f, -1.0f, 0x3p-16f, 0x5p-16f;  // the last two are halves
  free.value = fixed.value;
  fixed.fraction_bits = 15;
  const Eigen::ArrayXf before = free.value;
  optim::store_in_fixed_point({&fixed, &free});
  CHECK((free.value == before).all());
  CHECK(fixed.value[0] == 9830.0f / 32768);
  CHECK(fixed.value[1] == -9830.0f / 32768);
  CHECK(fixed.value[2] == 127.0f / 128);
  CHECK(fixed.value[3] == -127.0f / 128);
  CHECK(fixed.value[4] == 0x2p-15f);
  CHECK(fixed.value[5] == 0x2p-15f);
}

namespace {

double grid(double x, int bits) {
  const double steps = std::exp2(bits - 1);
  return std::nearbyint(x * steps) / steps;
}

}  // namespace

TEST_CASE("W3 W4: batch norm on fixed-point grids is that of plain loops, on any number of threads") {
  ir::Recipe recipe;
  recipe.fixed_point_batch_norm = true;
  const std::int64_t channels = 3, positions = 4 * 5 * 6;
  const Tensor input = sized_by_channel(random_tensor(4, 5, 6, channels, 1));
  const ir::Layer norm = layer("batch_norm", {-1}, {channels, 5, 6}, {channels, 5, 6});
  OpHarness harness({norm}, {input}, true, recipe);
  harness.fill_parameters(5);
  harness.objective();
  harness.backward();
  const Eigen::ArrayXf &x = input.values, &y = harness.out.values, &dy = harness.out_grad.values;
  const double most = dy.abs().maxCoeff();
  const double step = std::exp2(std::nearbyint(std::log2(most)) - 7);
  for (std::int64_t c = 0; c < channels; ++c) {
    double mean = 0, variance = 0;
    for (std::int64_t i = c; i < x.size(); i += channels) mean += x[i] / double(positions);
    for (std::int64_t i = c; i < x.size(); i += channels) variance += std::pow(x[i] - mean, 2) / double(positions);
    const double m = grid(mean, 16), r = 1 / std::sqrt(grid(variance, 16) + 1e-5);
    const double gamma = grid(harness.parameter(0).value[c], 8), beta = grid(harness.parameter(1).value[c], 8);
    std::vector<double> h, e;
    double of_e = 0, of_product = 0;
    for (std::int64_t i = c; i < x.size(); i += channels) {
      // Where FP32 rounding could choose the other neighbour, the product's choice stands.
      const double exact = (x[i] - m) * r, found = (y[i] - beta) / gamma;
      h.push_back(std::abs(exact * 128 - std::floor(exact * 128) - 0.5) < 1e-3 ? grid(found, 8) : grid(exact, 8));
      CHECK(y[i] == Approx(h.back() * gamma + beta).margin(1e-6));
      e.push_back(std::min(std::max(std::nearbyint(dy[i] / step), -127.0), 127.0) * step);
      of_e += e.back();
      of_product += e.back() * h.back();
    }
    CHECK(harness.parameter(0).gradient[c] == Approx(grid(of_product, 15)).margin(0x1p-14));
    CHECK(harness.parameter(1).gradient[c] == Approx(grid(of_e, 15)).margin(0x1p-14));
    std::size_t at = 0;
    for (std::int64_t i = c; i < x.size(); i += channels, ++at)
      CHECK(harness.input_grads[0].values[i] ==
            Approx(gamma * r * (e[at] - of_e / positions - h[at] * of_product / positions)).epsilon(1e-4).margin(1e-5));
    CHECK(harness.program.buffers()[0].value->coeff(c) == Approx(0.1 * mean).epsilon(1e-5).margin(1e-7));
    CHECK(harness.program.buffers()[1].value->coeff(c) ==
          Approx(0.9 + 0.1 * variance * positions / (positions - 1)).epsilon(1e-5));
  }
  OpHarness other({norm}, {input}, false, recipe);
  ThreadPool threads(3);
  other.context.threads = &threads;
  other.fill_parameters(5);
  other.objective();
  other.backward();
  CHECK((other.out.values == harness.out.values).all());
  CHECK((other.input_grads[0].values == harness.input_grads[0].values).all());
  CHECK((other.parameter(0).gradient == harness.parameter(0).gradient).all());
  // An evaluation has the running statistics.
  harness.context.training = false;
  harness.forward();
  CHECK((harness.out.values != other.out.values).any());
}

}  // namespace ampa::ops
