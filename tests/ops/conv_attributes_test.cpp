// Convolutions in groups, rectangular, with unequal strides and paddings, dilated, with bias.
#include <algorithm>

#include "gemm/cpu_backend.h"
#include "images_alone.h"
#include "keep_quantized.h"
#include "op_harness.h"
#include "seen_jobs.h"

namespace ampa::ops {
namespace {

struct Case {
  const char* name;
  ir::Shape in;
  std::int64_t out_channels;
  ir::ConvAttributes conv;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"two groups", {4, 5, 6}, 6, {3, 1, 1, 1, 2}},
      {"depthwise", {5, 6, 5}, 5, {3, 1, 1, 1, 5}},
      {"depthwise, strided", {20, 7, 6}, 20, {3, 2, 1, 1, 20}},
      {"two filters a channel", {3, 5, 5}, 6, {3, 1, 1, 1, 3}},
      {"rows of three", {3, 5, 6}, 4, {{1, 3}, 1, {0, 1}}},
      {"columns of seven", {2, 9, 4}, 3, {{7, 1}, 1, {3, 0}, 1, 1, true}},
      {"unequal strides", {3, 7, 8}, 4, {3, {2, 1}, 1}},
      {"dilated", {3, 8, 7}, 4, {3, 1, 2, 2}},
      {"dilated in one direction, strided", {2, 9, 6}, 3, {{3, 2}, {2, 2}, {3, 0}, {3, 1}}},
      {"all of it", {6, 8, 9}, 9, {{2, 3}, {1, 3}, {1, 2}, {2, 1}, 3, true}},
      {"depthwise, all of it", {4, 8, 9}, 4, {{2, 3}, {3, 2}, {1, 0}, {1, 2}, 4, true}},
      {"bias alone", {3, 4, 4}, 2, {3, 1, 1, 1, 1, true}},
  };
  return all;
}

std::int64_t places(std::int64_t in, std::int64_t kernel, std::int64_t stride, std::int64_t padding,
                    std::int64_t dilation) {
  return (in + 2 * padding - window_extent(kernel, dilation)) / stride + 1;
}

ir::Layer conv_layer(ir::Shape in, std::int64_t channels, const ir::ConvAttributes& c) {
  ir::Layer one = layer("conv2d", {-1}, in,
                        {channels, places(in.height, c.kernel.y, c.stride.y, c.padding.y, c.dilation.y),
                         places(in.width, c.kernel.x, c.stride.x, c.padding.x, c.dilation.x)},
                        c.kernel.y, c.stride.y, c.padding.y);
  one.conv = c;
  return one;
}

ir::Layer layer_of(const Case& c) {
  return conv_layer(c.in, c.out_channels, c.conv);
}

// A step: the result, and every gradient.
std::vector<Eigen::ArrayXf> step(OpHarness& harness) {
  harness.objective();
  harness.backward();
  std::vector<Eigen::ArrayXf> all = {harness.out.values, harness.input_grads[0].values};
  for (const Parameter* one : harness.program.parameters()) all.push_back(one->gradient);
  return all;
}

Tensor channels_of(const Tensor& tensor, std::int64_t first, std::int64_t count) {
  Tensor part;
  part.resize(tensor.images, tensor.height, tensor.width, count);
  for (std::int64_t position = 0; position < tensor.size() / tensor.channels; ++position)
    for (std::int64_t c = 0; c < count; ++c)
      part.values[position * count + c] = tensor.values[position * tensor.channels + first + c];
  return part;
}

bool same_bits(const Eigen::ArrayXf& x, const Eigen::ArrayXf& y) {
  return x.size() == y.size() && (x == y).all();
}

}  // namespace

TEST_CASE("convolutions with attributes: gradients equal finite differences in FP32") {
  for (const Case& c : cases()) {
    INFO(c.name);
    OpHarness harness(layer_of(c), {random_tensor(2, c.in.height, c.in.width, c.in.channels, 1)});
    REQUIRE(harness.program.parameters().size() == (c.conv.has_bias ? 2u : 1u));
    harness.fill_parameters(50);
    harness.check_gradients();
  }
}

TEST_CASE("convolution in groups in FP32: each group is a convolution of its own, bit for bit") {
  for (const Case& c : cases()) {
    if (c.conv.groups == 1) continue;
    INFO(c.name);
    for (const std::int64_t images : {1, 2, 19}) {
      OpHarness harness(layer_of(c), {random_tensor(images, c.in.height, c.in.width, c.in.channels, 1)});
      harness.fill_parameters(50);
      if (c.conv.has_bias) harness.parameter(1).value.setZero();
      const std::vector<Eigen::ArrayXf> all = step(harness);
      const std::int64_t in = c.in.channels / c.conv.groups, out = c.out_channels / c.conv.groups;
      ir::ConvAttributes alone = c.conv;
      alone.groups = 1;
      alone.has_bias = false;
      for (std::int64_t group = 0; group < c.conv.groups; ++group) {
        OpHarness one(conv_layer({in, c.in.height, c.in.width}, out, alone),
                      {channels_of(harness.inputs[0], group * in, in)});
        const Eigen::Index size = one.parameter(0).value.size();
        one.parameter(0).value = harness.parameter(0).value.segment(group * size, size);
        one.out_grad = channels_of(harness.out_grad, group * out, out);
        one.forward();
        one.backward();
        CHECK(same_bits(one.out.values, channels_of(harness.out, group * out, out).values));
        CHECK(same_bits(one.input_grads[0].values, channels_of(harness.input_grads[0], group * in, in).values));
        CHECK(same_bits(one.parameter(0).gradient, all[2].segment(group * size, size)));
      }
    }
  }
}

TEST_CASE("dilated convolution in FP32: a convolution whose kernel has zeros between its taps") {
  const Case c{"", {3, 9, 8}, 4, {{2, 3}, 1, {2, 3}, {3, 2}}};
  OpHarness harness(layer_of(c), {random_tensor(3, c.in.height, c.in.width, c.in.channels, 1)});
  harness.fill_parameters(50);
  step(harness);
  OpHarness sparse(conv_layer(c.in, c.out_channels, {{4, 5}, 1, {2, 3}}), harness.inputs);
  sparse.parameter(0).value.setZero();
  const auto place = [](Eigen::Index o, Eigen::Index y, Eigen::Index x) { return ((o * 4 + 3 * y) * 5 + 2 * x) * 3; };
  for (Eigen::Index o = 0; o < 4; ++o)
    for (Eigen::Index y = 0; y < 2; ++y)
      for (Eigen::Index x = 0; x < 3; ++x)
        sparse.parameter(0).value.segment(place(o, y, x), 3) =
            harness.parameter(0).value.segment(((o * 2 + y) * 3 + x) * 3, 3);
  step(sparse);
  CHECK(same_bits(harness.out.values, sparse.out.values));
  CHECK(same_bits(harness.input_grads[0].values, sparse.input_grads[0].values));
  CHECK(same_bits(harness.parameter(0).gradient.segment(0, 3), sparse.parameter(0).gradient.segment(0, 3)));
}

TEST_CASE("quantized convolutions with attributes: three GEMMs are FP32 convolutions of the dequantized tensors") {
  for (const Case& c : cases())
    for (const allocate::LayerBits bits : {allocate::LayerBits{8, 8, 8}, {4, 6, 3}}) {
      INFO(c.name << " bits " << bits.w);
      OpHarness harness(quantized(layer_of(c)), {random_tensor(2, c.in.height, c.in.width, c.in.channels, 1)});
      harness.program.quantized_layers()[0]->set_bits(bits);
      harness.fill_parameters(5);
      harness.inputs[0].values += 0.3f;
      KeepQuantized kept;
      harness.context.observer = &kept;
      harness.context.measure = true;
      step(harness);
      OpHarness twin(layer_of(c), harness.inputs);
      set_values(twin.parameter(0).value, kept.of(OperandKind::kWeight).dequantized);
      if (c.conv.has_bias) twin.parameter(1).value = harness.parameter(1).value;
      set_values(twin.inputs[0].values, kept.of(OperandKind::kActivation).dequantized);
      twin.objective();
      set_values(twin.out_grad.values, kept.of(OperandKind::kGradient).dequantized);
      twin.backward();
      check_close(harness.out.values, twin.out.values);
      check_close(harness.input_grads[0].values, twin.input_grads[0].values);
      check_close(harness.parameter(0).gradient, twin.parameter(0).gradient);
      const allocate::LayerSensitivity sensitivity = harness.program.quantized_layers()[0]->mean_sensitivity();
      const double weight_grad = harness.parameter(0).gradient.cast<double>().abs().mean();
      const KeepQuantized::Kept& w = kept.of(OperandKind::kWeight);
      double error = 0;
      for (std::size_t i = 0; i < w.input.size(); ++i)
        error += std::abs(static_cast<double>(w.input[i]) - w.dequantized[i]) / static_cast<double>(w.input.size());
      CHECK(sensitivity.w == Approx(weight_grad * error).epsilon(1e-3));
    }
}

TEST_CASE("quantized convolutions with attributes: cpu equals the reference, whatever set and threads") {
  for (const Case& c : cases()) {
    const auto run = [&](gemm::Backend* backend, ThreadPool* threads, bool images_alone) {
      OpHarness harness(quantized(layer_of(c)), {random_tensor(3, c.in.height, c.in.width, c.in.channels, 1)});
      harness.fill_parameters(5);
      harness.program.quantized_layers()[0]->set_bits({4, 8, 6});
      image_array(harness.inputs[0], 1) *= 5;
      if (backend) harness.context.backend = backend;
      if (threads) harness.context.threads = threads;
      if (!images_alone) return step(harness);
      harness.context.training = false;
      harness.context.images_alone = true;
      harness.forward();
      return std::vector<Eigen::ArrayXf>{harness.out.values};
    };
    for (const bool images_alone : {false, true}) {
      const std::vector<Eigen::ArrayXf> expected = run(nullptr, nullptr, images_alone);
      for (const std::string& name : kernels::available())
        for (const int num_threads : {1, 3}) {
          INFO(c.name << ", " << name << ", " << num_threads << " threads");
          kernels::select(name);
          ThreadPool threads(num_threads);
          gemm::CpuBackend cpu(threads);
          const std::vector<Eigen::ArrayXf> found = run(&cpu, &threads, images_alone);
          CHECK(std::equal(found.begin(), found.end(), expected.begin(), expected.end(), same_bits));
        }
      kernels::select("auto");
    }
  }
}

TEST_CASE("convolutions with attributes: the jobs that run are those that the program accounts for") {
  for (const Case& c : cases()) {
    INFO(c.name);
    OpHarness harness(quantized(layer_of(c)), {random_tensor(3, c.in.height, c.in.width, c.in.channels, 1)});
    harness.program.quantized_layers()[0]->set_bits({4, 6, 8});
    harness.fill_parameters(5);
    SeenJobs backend;
    harness.context.backend = &backend;
    step(harness);
    std::vector<const ir::StepMatmul*> matmuls;
    for (const ir::StepGemm& gemm : harness.program.gemms())
      if (gemm.matmul) matmuls.push_back(gemm.matmul);
    REQUIRE(backend.jobs.size() == 3);
    REQUIRE(matmuls.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
      const gemm::LayerShape shape = gemm::with_images(matmuls[i]->shape, 3);
      CHECK(backend.jobs[i] == gemm::job_geometry(shape, matmuls[i]->pass, {{6, false}, {4, true}, {8, true}}));
      const std::int64_t macs = 3 * ops::macs(layer_of(c));
      if (matmuls[i]->pass != gemm::Pass::kDataGradient) CHECK(backend.jobs[i].shape().macs() == macs);
      if (c.conv.stride == 1 && matmuls[i]->pass == gemm::Pass::kDataGradient)
        CHECK(backend.jobs[i].shape().macs() ==
              3 * c.in.size() * c.conv.kernel.y * c.conv.kernel.x * (c.out_channels / c.conv.groups));
    }
  }
}

TEST_CASE("convolutions with attributes: an image alone gives what it gives in a batch") {
  for (const Case& c : cases()) {
    INFO(c.name);
    check_images_alone(quantized(layer_of(c)),
                       {unlike_images(random_tensor(3, c.in.height, c.in.width, c.in.channels, 1))});
  }
}

}  // namespace ampa::ops
