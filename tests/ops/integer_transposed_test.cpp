// conv_transpose2d on codes.
#include <fmt/format.h>

#include "gemm/cpu_backend.h"
#include "images_alone.h"
#include "keep_quantized.h"
#include "kernels/kernels.h"
#include "seen_jobs.h"
#include "transposed_layer.h"

namespace ampa::ops {
namespace {

const ir::Shape kIn{3, 4, 5};

std::vector<ir::Layer> layers() {
  std::vector<ir::Layer> all;
  for (const ir::ConvAttributes& conv :
       {attributes(2, 2, 0, true), attributes(3, 2, 1, false), attributes(3, 1, 1, true), attributes(1, 3, 0, true),
        attributes({3, 2}, {1, 2}, {2, 0}, true), attributes(4, 3, 1, false)})
    all.push_back(transposed(kIn, 2, conv));
  return all;
}

std::string shown(const ir::Layer& layer) {
  const ir::ConvAttributes conv = layer.convolution();
  return fmt::format("kernel {} x {}, stride {} x {}, padding {} x {}", conv.kernel.y, conv.kernel.x, conv.stride.y,
                     conv.stride.x, conv.padding.y, conv.padding.x);
}

Tensor some_input(std::int64_t images) {
  Tensor input = random_tensor(images, kIn.height, kIn.width, kIn.channels, 1);
  input.values += 0.3f;  // the zero point is neither 0 nor the middle
  return input;
}

void step(OpHarness& harness) {
  harness.objective();
  harness.backward();
}

}  // namespace

TEST_CASE("J2: the three GEMMs of a quantized conv_transpose2d are those in FP32 of the dequantized tensors") {
  for (const ir::Layer& plain : layers())
    for (const allocate::LayerBits bits : {allocate::LayerBits{8, 8, 8}, {4, 6, 8}, {2, 3, 5}}) {
      INFO(shown(plain) << ", bits " << bits.w << " " << bits.a << " " << bits.g);
      OpHarness harness(quantized(plain), {some_input(2)});
      ir::QuantizedLayer& sites = *harness.program.quantized_layers()[0];
      sites.set_bits(bits);
      harness.fill_parameters(5);
      KeepQuantized kept;
      harness.context.observer = &kept;
      harness.context.measure = true;
      step(harness);

      OpHarness twin(plain, harness.inputs);
      set_values(twin.parameter(0).value, kept.of(OperandKind::kWeight).dequantized);
      set_values(twin.inputs[0].values, kept.of(OperandKind::kActivation).dequantized);
      if (plain.convolution().has_bias) twin.parameter(1).value = harness.parameter(1).value;
      twin.objective();
      const Eigen::ArrayXf bias_gradient = [&] {
        twin.backward();
        return plain.convolution().has_bias ? twin.parameter(1).gradient : Eigen::ArrayXf{};
      }();
      set_values(twin.out_grad.values, kept.of(OperandKind::kGradient).dequantized);
      twin.backward();
      check_close(harness.out.values, twin.out.values);
      check_close(harness.input_grads[0].values, twin.input_grads[0].values);
      check_close(harness.parameter(0).gradient, twin.parameter(0).gradient);
      if (plain.convolution().has_bias) CHECK((harness.parameter(1).gradient == bias_gradient).all());

      const auto mean_abs = [](const Eigen::ArrayXf& values) { return values.cast<double>().abs().mean(); };
      const double weight_grad = mean_abs(harness.parameter(0).gradient);
      const allocate::LayerSensitivity sensitivity = sites.mean_sensitivity();
      CHECK(sensitivity.w == Approx(weight_grad * mean_abs_difference(kept.of(OperandKind::kWeight))).epsilon(1e-3));
      CHECK(sensitivity.a ==
            Approx(mean_abs(harness.input_grads[0].values) * mean_abs_difference(kept.of(OperandKind::kActivation)))
                .epsilon(1e-3));
    }
}

TEST_CASE("J2: a gap of a quantized conv_transpose2d adds exactly nothing") {
  // A kernel of one tap: where the stride leaves a position out there is the bias alone.
  OpHarness harness(quantized(transposed(kIn, 2, attributes(1, 3, 0, true))), {some_input(2)});
  harness.fill_parameters(5);
  harness.forward();
  const Eigen::ArrayXf& bias = harness.parameter(1).value;
  std::int64_t num_gaps = 0;
  for (std::int64_t i = 0; i < harness.out.images; ++i)
    for (std::int64_t y = 0; y < harness.out.height; ++y)
      for (std::int64_t x = 0; x < harness.out.width; ++x)
        for (std::int64_t c = 0; c < 2; ++c) {
          if (y % 3 == 0 && x % 3 == 0) continue;
          ++num_gaps;
          CHECK(harness.out.image(i)[(y * harness.out.width + x) * 2 + c] == bias[c]);
        }
  CHECK(num_gaps == 2 * 2 * (10 * 13 - 4 * 5));
}

TEST_CASE("quantized conv_transpose2d: the jobs that run are those that the program accounts for") {
  for (const ir::Layer& plain : layers()) {
    INFO(shown(plain));
    OpHarness harness(quantized(plain), {some_input(3)});
    harness.program.quantized_layers()[0]->set_bits({4, 6, 8});
    harness.fill_parameters(5);
    SeenJobs backend;
    harness.context.backend = &backend;
    step(harness);
    REQUIRE(backend.jobs.size() == 3);
    REQUIRE(harness.program.gemms().size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
      const ir::StepGemm& account = harness.program.gemms()[i];
      const gemm::LayerShape shape = gemm::with_images(account.matmul->shape, 3);
      CHECK(backend.jobs[i] == gemm::job_geometry(shape, account.pass, {{6, false}, {4, true}, {8, true}}));
      CHECK(account.counted_macs == ops::macs(plain));
      const std::int64_t counted = 3 * account.counted_macs;
      CHECK(gemm::runs_over_gaps(shape, account.pass) == (account.pass == gemm::Pass::kForward));
      if (account.pass != gemm::Pass::kForward) CHECK(backend.jobs[i].shape().macs() == counted);
    }
    const gemm::JobShape weight_gradient = backend.jobs[2].shape();
    CHECK(weight_gradient.a == CodeFormat{6, false});
    CHECK(weight_gradient.b == CodeFormat{8, true});
  }
}

TEST_CASE("quantized conv_transpose2d: an image alone gives what it gives in a batch of its own") {
  for (const ir::Layer& plain : layers()) {
    INFO(shown(plain));
    check_images_alone(quantized(plain), {unlike_images(some_input(3))});
  }
}

TEST_CASE("quantized conv_transpose2d: the same bits on cpu and reference, on every instruction set") {
  for (const ir::Layer& plain : layers()) {
    INFO(shown(plain));
    OpHarness expected(quantized(plain), {some_input(3)});
    expected.fill_parameters(5);
    step(expected);
    for (const std::string& isa : kernels::available()) {
      kernels::select(isa);
      OpHarness found(quantized(plain), {some_input(3)});
      gemm::CpuBackend cpu(found.threads);
      found.context.backend = &cpu;
      found.fill_parameters(5);
      step(found);
      INFO(isa);
      CHECK((found.out.values == expected.out.values).all());
      CHECK((found.input_grads[0].values == expected.input_grads[0].values).all());
      CHECK((found.parameter(0).gradient == expected.parameter(0).gradient).all());
    }
    kernels::select("auto");
  }
}

}  // namespace ampa::ops
