// matmul on codes.
#include "gemm/cpu_backend.h"
#include "images_alone.h"
#include "keep_quantized.h"
#include "kernels/kernels.h"
#include "seen_jobs.h"

namespace ampa::ops {
namespace {

constexpr std::int64_t kCount = 2, kRows = 3, kDepth = 5, kCols = 4;

ir::Layer matmul(bool transpose_b, std::vector<int> inputs = {-1, -2}) {
  return with(layer("matmul", std::move(inputs), {kDepth, kCount, kRows}, {kCols, kCount, kRows}),
              {{"transpose_b", transpose_b ? 1 : 0}});
}

// Zero points that are neither 0 nor the middle, and not the same.
std::vector<Tensor> factors(std::int64_t images, bool transpose_b) {
  Tensor a = random_tensor(images, kCount, kRows, kDepth, 1);
  Tensor b =
      transpose_b ? random_tensor(images, kCount, kCols, kDepth, 2) : random_tensor(images, kCount, kDepth, kCols, 2);
  a.values += 0.3f;
  b.values = 0.5f * b.values - 0.2f;
  return {a, b};
}

void step(OpHarness& harness) {
  harness.objective();
  harness.backward();
}

double mean_abs(const Eigen::ArrayXf& values) {
  return values.cast<double>().abs().mean();
}

double mean_abs(const std::vector<float>& values) {
  double sum = 0;
  for (const float value : values) sum += std::abs(static_cast<double>(value));
  return sum / static_cast<double>(values.size());
}

// Against FP32 products of what the quantizers made.
void check_dequantized(const OpHarness& harness, const KeepQuantized& kept, bool transpose_b) {
  OpHarness twin(matmul(transpose_b), harness.inputs);
  for (std::size_t i = 0; i < 2; ++i) set_values(twin.inputs[i].values, kept.all[i].dequantized);
  twin.objective();
  set_values(twin.out_grad.values, kept.all[2].dequantized);
  twin.backward();
  check_close(harness.out.values, twin.out.values);
  for (std::size_t i = 0; i < 2; ++i) check_close(harness.input_grads[i].values, twin.input_grads[i].values);
}

}  // namespace

TEST_CASE("J3: the products of a quantized matmul are FP32 products of the dequantized tensors") {
  for (const bool transpose_b : {false, true})
    for (const allocate::LayerBits bits : {allocate::LayerBits{8, 8, 8}, {8, 4, 6}, {8, 3, 5}}) {
      INFO("transpose_b " << transpose_b << ", bits " << bits.a << " " << bits.g);
      OpHarness harness(quantized(matmul(transpose_b)), factors(3, transpose_b));
      REQUIRE(harness.program.parameters().empty());
      harness.program.quantized_layers()[0]->set_bits(bits);
      KeepQuantized kept;
      harness.context.observer = &kept;
      step(harness);
      REQUIRE(kept.all.size() == 3);
      CHECK(kept.all[0].scale != kept.all[1].scale);

      check_dequantized(harness, kept, transpose_b);
    }
}

TEST_CASE("J3: the widths of weights are nothing to a quantized matmul, those of both operands are one") {
  const auto outputs = [](allocate::LayerBits bits) {
    OpHarness harness(quantized(matmul(true)), factors(2, true));
    harness.program.quantized_layers()[0]->set_bits(bits);
    step(harness);
    return std::vector<Eigen::ArrayXf>{harness.out.values, harness.input_grads[0].values};
  };
  const auto expected = outputs({8, 5, 6});
  for (const Bits w : {0, 2}) {
    const auto found = outputs({w, 5, 6});
    CHECK((found[0] == expected[0]).all());
    CHECK((found[1] == expected[1]).all());
  }
  CHECK((outputs({8, 4, 6})[0] != expected[0]).any());
  CHECK((outputs({8, 5, 4})[0] == expected[0]).all());
  CHECK((outputs({8, 5, 4})[1] != expected[1]).any());
}

TEST_CASE("J4: a quantized matmul runs a GEMM for every product of every image, as the program accounts for them") {
  for (const bool transpose_b : {false, true}) {
    OpHarness harness(quantized(matmul(transpose_b)), factors(3, transpose_b));
    harness.program.quantized_layers()[0]->set_bits({8, 6, 7});
    SeenJobs backend;
    harness.context.backend = &backend;
    step(harness);
    REQUIRE(backend.jobs.size() == 3);
    REQUIRE(harness.program.gemms().size() == 3);
    const CodeFormat activation{6, false}, gradient{7, true};
    for (std::size_t i = 0; i < 3; ++i) {
      const ir::StepGemm& account = harness.program.gemms()[i];
      const gemm::LayerShape shape = gemm::with_images(account.matmul->shape, 3);
      CHECK(backend.jobs[i] == gemm::job_geometry(shape, account.pass, {activation, {2, true}, gradient}));
      CHECK(account.counted_macs == kCount * kRows * kDepth * kCols);
      CHECK(backend.jobs[i].shape().macs() == 3 * account.counted_macs);
      CHECK(backend.jobs[i].shape().batch == 3 * kCount);
      CHECK_FALSE(gemm::runs_over_gaps(shape, account.pass));
    }
    const gemm::JobShape forward = backend.jobs[0].shape(), of_a = backend.jobs[1].shape(),
                         of_b = backend.jobs[2].shape();
    CHECK((forward.m == kRows && forward.n == kCols && forward.k == kDepth));
    CHECK((of_a.m == kRows && of_a.n == kDepth && of_a.k == kCols));
    CHECK((of_b.m == (transpose_b ? kCols : kDepth) && of_b.n == (transpose_b ? kDepth : kCols) && of_b.k == kRows));
    CHECK((forward.a == activation && forward.b == activation));
    CHECK((of_a.a == gradient && of_a.b == activation));
    CHECK((of_b.a == (transpose_b ? gradient : activation) && of_b.b == (transpose_b ? activation : gradient)));
  }
}

TEST_CASE("J5: the sensitivities of a quantized matmul are those of both operands") {
  OpHarness harness(quantized(matmul(false)), factors(3, false));
  ir::QuantizedLayer& sites = *harness.program.quantized_layers()[0];
  sites.set_bits({8, 4, 5});
  KeepQuantized kept;
  harness.context.observer = &kept;
  harness.context.measure = true;
  step(harness);
  const double grad_a = mean_abs(harness.input_grads[0].values), grad_b = mean_abs(harness.input_grads[1].values);
  const auto error = [&](std::size_t i) { return mean_abs_difference(kept.all[i]); };
  const allocate::LayerSensitivity found = sites.mean_sensitivity();
  CHECK(found.w == 0);
  CHECK(found.a == Approx(grad_a * error(0) + grad_b * error(1)).epsilon(1e-3));
  CHECK(found.g ==
        Approx(error(2) * (grad_b * mean_abs(kept.all[0].dequantized) + grad_a * mean_abs(kept.all[1].dequantized)))
            .epsilon(1e-3));
}

TEST_CASE("quantized matmul: of a value with itself both gradients are added up") {
  const Tensor square = random_tensor(2, kCount, kRows, kDepth, 1);
  const ir::Layer itself =
      with(layer("matmul", {-1, -1}, {kDepth, kCount, kRows}, {kRows, kCount, kRows}), {{"transpose_b", 1}});
  const ir::Layer apart =
      with(layer("matmul", {-1, -2}, {kDepth, kCount, kRows}, {kRows, kCount, kRows}), {{"transpose_b", 1}});
  OpHarness one(quantized(itself), {square}), two(quantized(apart), {square, square});
  step(one);
  step(two);
  CHECK((one.out.values == two.out.values).all());
  CHECK((one.input_grads[0].values == two.input_grads[0].values + two.input_grads[1].values).all());
}

TEST_CASE("quantized matmul: an image alone gives what it gives in a batch of its own") {
  for (const bool transpose_b : {false, true}) {
    std::vector<Tensor> batch = factors(3, transpose_b);
    for (Tensor& one : batch) one = unlike_images(std::move(one));
    check_images_alone(quantized(matmul(transpose_b)), batch);
  }
}

TEST_CASE("quantized matmul: with one scale an image every product has those of its image") {
  OpHarness harness(quantized(matmul(true)), factors(3, true));
  ir::QuantizedLayer& sites = *harness.program.quantized_layers()[0];
  sites.activations.scale_axis = sites.gradients.scale_axis = quant::ScaleAxis::kImages;
  KeepQuantized kept;
  harness.context.observer = &kept;
  harness.context.measure = true;
  step(harness);
  check_dequantized(harness, kept, true);
  const double grad_a = mean_abs(harness.input_grads[0].values), grad_b = mean_abs(harness.input_grads[1].values);
  CHECK(sites.mean_sensitivity().a ==
        Approx(grad_a * mean_abs_difference(kept.all[0]) + grad_b * mean_abs_difference(kept.all[1])).epsilon(1e-3));
}

TEST_CASE("J3: what clipping keeps of one operand is nothing to the other") {
  ir::Recipe recipe;
  recipe.activations.clipping = quant::make_clipping(quant::clipping_rule("direction", "test"));
  const auto scales_of_next_step = [&](float factor) {
    OpHarness harness({quantized(matmul(true))}, factors(3, true), true, recipe);
    harness.inputs[0].values *= factor;
    harness.forward();
    harness.inputs[0].values /= factor;
    harness.context.step = 1;
    KeepQuantized kept;
    harness.context.observer = &kept;
    harness.forward();
    CHECK(harness.program.buffers().back().name ==
          harness.program.quantized_layers()[0]->name() + ".second_activation.clipping");
    return std::pair{kept.all[0].scale, kept.all[1].scale};
  };
  const auto once = scales_of_next_step(1), eightfold = scales_of_next_step(8);
  CHECK(eightfold.first > 4 * once.first);
  CHECK(eightfold.second == once.second);
}

TEST_CASE("quantized matmul: a scale along the depth is refused by layer, pass and operand") {
  OpHarness harness(quantized(matmul(true)), factors(2, true));
  harness.program.quantized_layers()[0]->activations.scale_axis = quant::ScaleAxis::kChannels;
  CHECK_THROWS_WITH(harness.forward(), Catch::Contains("fwd: operand a: expected scales along M"));
}

TEST_CASE("quantized matmul: the same bits on cpu and reference, on every instruction set") {
  for (const bool transpose_b : {false, true})
    for (const Bits bits : {3, 8}) {
      const auto run = [&](gemm::Backend* backend) {
        OpHarness harness(quantized(matmul(transpose_b)), factors(9, transpose_b));
        harness.program.quantized_layers()[0]->set_bits({bits, bits, bits});
        gemm::CpuBackend cpu(harness.threads);
        harness.context.backend = backend ? backend : &cpu;
        step(harness);
        return std::vector<Eigen::ArrayXf>{harness.out.values, harness.input_grads[0].values,
                                           harness.input_grads[1].values};
      };
      gemm::ReferenceBackend reference;
      const auto expected = run(&reference);
      for (const std::string& isa : kernels::available()) {
        kernels::select(isa);
        const auto found = run(nullptr);
        INFO(isa << ", " << bits << " bits");
        for (std::size_t i = 0; i < 3; ++i) CHECK((found[i] == expected[i]).all());
      }
      kernels::select("auto");
    }
}

}  // namespace ampa::ops
