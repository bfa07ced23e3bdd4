// Layers of two-level weights and activations, whole steps against plain loops.
#include "numerics/two_level.h"

#include <limits>

#include "common/error.h"
#include "gemm/cpu_backend.h"
#include "keep_quantized.h"
#include "op_harness.h"

namespace ampa::ops {
namespace {

// A layer with its program, its input and the gradient of its output.
struct Case {
  ir::Layer layer;
  ir::TwoLevel rules;
  Bits gradient_bits = 4;
  std::int64_t images = 8;
};

ir::Program two_level_program(const Case& one) {
  ir::Recipe recipe;
  recipe.two_level = one.rules;
  ir::Builder builder(ir::Arithmetic::kInteger, true, recipe);
  const ir::ValueId input = builder.input(one.layer.in);
  const ir::ValueId output = op_of(one.layer).expand(one.layer, {input}, builder);
  ir::Program program = builder.finish(output, true, true);
  program.quantized_layers()[0]->set_bits({1, 1, one.gradient_bits});
  return program;
}

struct Step {
  explicit Step(const Case& one, gemm::Backend& backend, ThreadPool& threads)
      : program(two_level_program(one)),
        input(random_tensor(one.images, one.layer.in.height, one.layer.in.width, one.layer.in.channels, 1)),
        gradient(random_tensor(one.images, one.layer.out.height, one.layer.out.width, one.layer.out.channels, 2)) {
    for (std::int64_t i = 0; i < gradient.size(); ++i)  // images and channels of unequal ranges
      gradient.values[i] *= static_cast<float>(1 + i / gradient.image_size()) * static_cast<float>(1 + i % 3);
    input.values *= 1.6f;
    std::uint32_t index = 5;
    for (ir::Parameter* parameter : program.parameters())
      parameter->value = random_tensor(parameter->value.size(), 1, 1, 1, index++).values * 1.3f;
    context.threads = &threads;
    context.backend = &backend;
    context.seed = 3;
  }
  void run(std::int64_t step = 0) {
    context.step = step;
    out = program.forward(input, context);
    program.backward(gradient, context);
  }
  ir::Parameter& parameter(const std::string& end) {
    for (ir::Parameter* one : program.parameters())
      if (one->name.size() > end.size() && one->name.compare(one->name.size() - end.size(), end.size(), end) == 0)
        return *one;
    throw RunError("no parameter " + end);
  }

  ir::Program program;
  ir::Tensor input, gradient, out;
  ir::StepContext context;
};

float sign(float x) {
  return x >= 0 ? 1.0f : -1.0f;
}

// Calls visit(output index, input index or -1 outside the map, weight index) for all products of a convolution.
template <typename Visit>
void for_each_product(const ir::Layer& layer, std::int64_t images, const Visit& visit) {
  const ir::Shape in = layer.in, out = layer.out;
  const std::int64_t k = layer.kernel;
  for (std::int64_t n = 0; n < images; ++n)
    for (std::int64_t y = 0; y < out.height; ++y)
      for (std::int64_t x = 0; x < out.width; ++x)
        for (std::int64_t o = 0; o < out.channels; ++o)
          for (std::int64_t j = 0; j < k; ++j)
            for (std::int64_t i = 0; i < k; ++i)
              for (std::int64_t c = 0; c < in.channels; ++c) {
                const std::int64_t v = y * layer.stride - layer.padding + j, u = x * layer.stride - layer.padding + i;
                const bool inside = v >= 0 && u >= 0 && v < in.height && u < in.width;
                visit(((n * out.height + y) * out.width + x) * out.channels + o,
                      inside ? ((n * in.height + v) * in.width + u) * in.channels + c : -1,
                      ((o * k + j) * k + i) * in.channels + c);
              }
}

ir::Layer conv(ir::Shape in, std::int64_t out_channels, std::int64_t kernel, std::int64_t stride,
               std::int64_t padding) {
  const auto places = [&](std::int64_t size) { return (size + 2 * padding - kernel) / stride + 1; };
  return quantized(
      layer("conv2d", {-1}, in, {out_channels, places(in.height), places(in.width)}, kernel, stride, padding));
}

const std::vector<ir::Layer>& layers() {
  static const std::vector<ir::Layer> all = {conv({5, 6, 7}, 8, 3, 1, 1), conv({16, 5, 5}, 12, 3, 2, 1),
                                             conv({8, 4, 4}, 4, 1, 1, 0)};
  return all;
}

// The gradients of input and weights that the sums' gradient `g` has, with one quantized gradient for both.
struct Plain {
  Plain(const ir::Layer& layer, Step& step, const std::vector<float>& g) {
    const Eigen::ArrayXf& w = step.parameter(".weight").value;
    input.assign(static_cast<std::size_t>(step.input.size()), 0);
    weights.assign(static_cast<std::size_t>(w.size()), 0);
    for_each_product(layer, step.input.images, [&](std::int64_t o, std::int64_t i, std::int64_t k) {
      const auto out = static_cast<std::size_t>(o);
      if (i >= 0) input[static_cast<std::size_t>(i)] += static_cast<double>(g[out] * sign(w[k]));
      weights[static_cast<std::size_t>(k)] +=
          static_cast<double>(g[out] * (i >= 0 ? sign(step.input.values[i]) : 1.0f));
    });
    for (std::size_t i = 0; i < input.size(); ++i)
      if (!numerics::passes_gradient(step.input.values[static_cast<Eigen::Index>(i)])) input[i] = 0;
    for (std::size_t i = 0; i < weights.size(); ++i)
      if (!numerics::passes_gradient(w[static_cast<Eigen::Index>(i)])) weights[i] = 0;
  }
  std::vector<double> input, weights;
};

class KeepJobs : public gemm::Backend {
 public:
  explicit KeepJobs(gemm::Backend& inner) : inner_(&inner) {}
  std::string_view name() const override { return inner_->name(); }
  std::optional<gemm::JobCycles> run(const gemm::GemmJob& job, gemm::Accumulators& out) override {
    passes.push_back(job.pass);
    return inner_->run(job, out);
  }
  std::vector<gemm::Pass> passes;

 private:
  gemm::Backend* inner_;
};

double largest_difference(const Eigen::ArrayXf& found, const std::vector<double>& expected) {
  double largest = 0, size = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(found[static_cast<Eigen::Index>(i)]) - expected[i]));
    size = std::max(size, std::abs(expected[i]));
  }
  return largest / size;
}

}  // namespace

TEST_CASE("X2 X5: the output is the sum of products of signs, +1 around the map, times the channel's scale") {
  ThreadPool threads(2);
  gemm::CpuBackend backend(threads);
  for (const ir::Layer& layer : layers()) {
    Step step({layer, {}}, backend, threads);
    step.run();
    const Eigen::ArrayXf& w = step.parameter(".weight").value;
    const Eigen::ArrayXf& scale = step.parameter(".out_scale").value;
    std::vector<float> sums(static_cast<std::size_t>(step.out.size()), 0);
    for_each_product(layer, step.input.images, [&](std::int64_t o, std::int64_t i, std::int64_t k) {
      sums[static_cast<std::size_t>(o)] += sign(w[k]) * (i >= 0 ? sign(step.input.values[i]) : 1.0f);
    });
    std::vector<double> of_scale(static_cast<std::size_t>(scale.size()), 0);
    for (std::int64_t o = 0; o < step.out.size(); ++o) {
      const std::int64_t c = o % layer.out.channels;
      if (step.out.values[o] != sums[static_cast<std::size_t>(o)] * scale[c])
        FAIL("output " << o << ": " << step.out.values[o] << ", sum " << sums[static_cast<std::size_t>(o)]);
      of_scale[static_cast<std::size_t>(c)] +=
          static_cast<double>(step.gradient.values[o]) * static_cast<double>(sums[static_cast<std::size_t>(o)]);
    }
    CHECK(largest_difference(step.parameter(".out_scale").gradient, of_scale) < 1e-6);
  }
}

TEST_CASE("X5: a linear layer has a scale and a bias; before training a scale is the mean magnitude of its weights") {
  ThreadPool threads(1);
  gemm::CpuBackend backend(threads);
  Step step({quantized(layer("linear", {-1}, {3, 2, 2}, {4, 1, 1})), {}}, backend, threads);
  step.run();
  const Eigen::ArrayXf& w = step.parameter(".weight").value;
  const Eigen::ArrayXf& scale = step.parameter(".out_scale").value;
  const Eigen::ArrayXf& bias = step.parameter(".bias").value;
  for (std::int64_t n = 0; n < 8; ++n)
    for (std::int64_t o = 0; o < 4; ++o) {
      float sum = 0;
      for (std::int64_t i = 0; i < 12; ++i) sum += sign(w[o * 12 + i]) * sign(step.input.values[n * 12 + i]);
      CHECK(step.out.values[n * 4 + o] == sum * scale[o] + bias[o]);
    }
  CHECK(step.parameter(".out_scale").starts_from == &step.parameter(".weight"));
  Eigen::ArrayXf values(4);
  values << 1, -2, 0.5f, 0.25f;
  const Eigen::ArrayXf means = ir::mean_magnitudes(values, 2);
  CHECK(means[0] == 1.5f);
  CHECK(means[1] == 0.375f);
}

TEST_CASE("X6: gradients that are not quantized are those of the products of signs, and no backward job runs") {
  ThreadPool threads(3);
  gemm::CpuBackend cpu(threads);
  KeepJobs backend(cpu);
  for (const ir::Layer& one : layers()) {
    Case fp32{one, {}};
    fp32.rules.keep_one_in = 0;
    Step step(fp32, backend, threads);
    backend.passes.clear();
    step.run();
    std::vector<float> g;
    for (std::int64_t i = 0; i < step.gradient.size(); ++i)
      g.push_back(step.gradient.values[i] * step.parameter(".out_scale").value[i % one.out.channels]);
    const Plain plain(one, step, g);
    CHECK(largest_difference(step.program.input_gradient(0).values, plain.input) < 1e-5);
    CHECK(largest_difference(step.parameter(".weight").gradient, plain.weights) < 1e-5);
    CHECK(backend.passes == std::vector<gemm::Pass>{gemm::Pass::kForward});
    REQUIRE(step.program.gemms().size() == 1);
    CHECK(step.program.gemms()[0].pass == gemm::Pass::kForward);
    Step once_more(fp32, cpu, threads);
    once_more.run(7);  // nothing is drawn
    CHECK((once_more.parameter(".weight").gradient == step.parameter(".weight").gradient).all());
  }
}

TEST_CASE("G5: kept groups have the gradients of their codes and the others 0, on every backend") {
  ThreadPool threads(3);
  gemm::CpuBackend cpu(threads);
  gemm::ReferenceBackend reference;
  for (const ir::Layer& layer : layers())
    for (const char* rule : {"sampled", "top"}) {
      Case one{layer, {true, 4, &quant::pruning_rule(rule, "")}};
      Step fast(one, cpu, threads), slow(one, reference, threads);
      const std::int64_t group = layer.in.size(), row = fast.parameter(".weight").value.size() / layer.out.channels;
      std::int64_t kept_images = 0, kept_channels = 0;
      for (std::int64_t number = 0; number < 12; ++number) {
        fast.run(number);
        slow.run(number);
        CHECK((fast.program.input_gradient(0).values == slow.program.input_gradient(0).values).all());
        CHECK((fast.parameter(".weight").gradient == slow.parameter(".weight").gradient).all());
        for (std::int64_t image = 0; image < one.images; ++image)
          kept_images += (fast.program.input_gradient(0).values.segment(image * group, group) != 0).any();
        for (std::int64_t c = 0; c < layer.out.channels; ++c)
          kept_channels += (fast.parameter(".weight").gradient.segment(c * row, row) != 0).any();
      }
      const bool sampled = std::string(rule) == "sampled";
      CHECK(kept_images >= (sampled ? 12 : 24));
      CHECK(kept_images <= (sampled ? 36 : 24));
      CHECK(kept_channels <= (sampled ? 12 * layer.out.channels / 2 : 12 * layer.out.channels / 4));
    }
}

TEST_CASE("G7: two quantizations with draws of their own, whose means are the gradients of the layer") {
  ThreadPool threads(2);
  gemm::CpuBackend backend(threads);
  for (const std::int64_t keep_one_in : {1, 2}) {
    const ir::Layer one = layers()[1];
    Step step({one, {true, keep_one_in}}, backend, threads);
    std::vector<double> input(static_cast<std::size_t>(step.input.size()), 0), weights;
    weights.assign(static_cast<std::size_t>(step.parameter(".weight").value.size()), 0);
    constexpr int kSteps = 300;
    for (int number = 0; number < kSteps; ++number) {
      step.run(number);
      for (std::size_t i = 0; i < input.size(); ++i)
        input[i] += static_cast<double>(step.program.input_gradient(0).values[static_cast<Eigen::Index>(i)]) / kSteps;
      for (std::size_t i = 0; i < weights.size(); ++i)
        weights[i] += static_cast<double>(step.parameter(".weight").gradient[static_cast<Eigen::Index>(i)]) / kSteps;
    }
    std::vector<float> g;
    for (std::int64_t i = 0; i < step.gradient.size(); ++i)
      g.push_back(step.gradient.values[i] * step.parameter(".out_scale").value[i % one.out.channels]);
    const Plain plain(one, step, g);
    const auto distance = [](const std::vector<double>& a, const std::vector<double>& b) {
      double difference = 0, size = 0;
      for (std::size_t i = 0; i < a.size(); ++i) {
        difference += (a[i] - b[i]) * (a[i] - b[i]);
        size += b[i] * b[i];
      }
      return std::sqrt(difference / size);
    };
    CHECK(distance(input, plain.input) < (keep_one_in == 1 ? 0.02 : 0.15));
    CHECK(distance(weights, plain.weights) < (keep_one_in == 1 ? 0.02 : 0.15));
  }
}

TEST_CASE("gradients in one bit, and with one scale a tensor, run on every backend; groups of channels are refused") {
  ThreadPool threads(2);
  gemm::CpuBackend cpu(threads);
  gemm::ReferenceBackend reference;
  for (const bool by_group : {false, true})
    for (const Bits bits : {1, 8}) {
      const Case one{layers()[0], {by_group, 1}, bits};
      Step fast(one, cpu, threads), slow(one, reference, threads);
      fast.run();
      slow.run();
      CHECK((fast.program.input_gradient(0).values == slow.program.input_gradient(0).values).all());
      CHECK((fast.parameter(".weight").gradient == slow.parameter(".weight").gradient).all());
      CHECK((fast.program.input_gradient(0).values != 0).any());
    }
  ir::Layer grouped = layers()[2];
  grouped.conv = ir::ConvAttributes{1, 1, 0, 1, 2};
  CHECK_THROWS_WITH(two_level_program({grouped, {}}), Catch::Contains(grouped.name) && Catch::Contains("2 groups"));
}

TEST_CASE("a gradient with an infinity or a NaN is refused, wherever it lies") {
  ThreadPool threads(2);
  gemm::CpuBackend backend(threads);
  const float infinity = std::numeric_limits<float>::infinity();
  for (const float bad : {infinity, -infinity, std::numeric_limits<float>::quiet_NaN()})
    for (const bool last : {false, true})
      for (const bool is_fp32 : {false, true}) {
        Case one{layers()[0], {}};
        if (is_fp32) one.rules.keep_one_in = 0;
        Step step(one, backend, threads);
        step.gradient.values[last ? step.gradient.size() - 1 : 0] = bad;
        CHECK_THROWS_AS(step.run(), NonFiniteError);
      }
}

}  // namespace ampa::ops
