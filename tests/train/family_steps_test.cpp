// A small network of every family takes the same two steps on the cpu backend with one and two threads, without
// vector instructions and on the reference, bit by bit, and they change every parameter.
#include <catch2/catch.hpp>
#include <filesystem>

#include "../common/on_codes.h"
#include "../common/temporary_folder.h"
#include "common/json_reader.h"
#include "gemm/cpu_backend.h"
#include "gemm/reference_backend.h"
#include "kernels/kernels.h"
#include "networks/load_network.h"
#include "numerics/random_stream.h"
#include "ops/build_program.h"
#include "optim/optimizer.h"
#include "train/tensor_digest.h"

namespace ampa::train {
namespace {

struct Small {
  const char* name;
  ir::Shape input;
  std::int64_t classes;
  std::int64_t divisor = 1;   // of the channels of every layer
  const char* on_codes = "";  // an op whose layers are quantized here and not in the built-in network
  const char* digest = "";    // of the two steps, pinned; the built-in networks have theirs in tensor_digests.txt
};

const Small kFamilies[] = {
    {"vgg16-quarter", {3, 32, 32}, 10, 4},
    {"resnet18-quarter", {3, 8, 8}, 10},
    {"mobilenetv2-small", {3, 8, 8}, 10},
    {"inceptionv3-quarter", {3, 10, 10}, 5, 4},
    {"vit-tiny", {3, 8, 8}, 10},
    {"unet-small", {3, 16, 8}, 2},
    {"transformer-small", {1, 6, 1}, 24},
    {"vit-tiny", {3, 8, 8}, 10, 1, "matmul", "3ec64788707efb3d6677c4635984ff5b638f1ddbc4f95743a9df308e54860d65"},
    {"unet-small",
     {3, 16, 8},
     2,
     1,
     "conv_transpose2d",
     "8e18ea86b13c8e318eba77d0566ee1ced47f27bea5e1dc46b5ee5d694d16c258"},
};

constexpr std::int64_t kBatch = 2;

ir::Tensor random_values(const ir::Shape& shape, std::uint32_t index) {
  const numerics::RandomStream stream{5, 0, index};
  ir::Tensor tensor;
  tensor.resize(kBatch, shape.height, shape.width, shape.channels);
  for (std::int64_t i = 0; i < tensor.size(); ++i)
    tensor.values[i] = static_cast<float>(stream.bits32(static_cast<std::uint64_t>(i)) * 0x1p-31 - 1);
  return tensor;
}

ir::Tensor input_of(const Small& family, std::uint32_t index) {
  ir::Tensor input = random_values(family.input, index);
  if (family.input.channels == 1)  // tokens
    for (std::int64_t i = 0; i < input.size(); ++i)
      input.values[i] = static_cast<float>((i * 7 + index) % family.classes);
  return input;
}

ir::Network network_of(const Small& family) {
  const std::filesystem::path folder = std::filesystem::path(AMPA_SOURCE_DIR) / "models" / "networks";
  Json json = with_on_codes(read_json_file(folder / (std::string(family.name) + ".json")), family.on_codes);
  for (Json& layer : json["layers"])
    for (const char* key : {"out_channels", "out_features"})
      if (layer.contains(key) && layer[key].is_number()) layer[key] = layer[key].get<std::int64_t>() / family.divisor;
  const TemporaryFolder scratch;
  const std::filesystem::path path = scratch.path() / "network.json";
  write_json_file(path, json);
  return networks::load_network(path.string(), family.input, family.classes);
}

struct Outcome {
  std::string digest;
  std::vector<std::string> unchanged;  // parameters
};

Outcome two_steps(const Small& family, ir::Arithmetic arithmetic, ThreadPool& threads, gemm::Backend& backend) {
  const ir::Network network = network_of(family);
  ir::Program program = ops::build_program(network, arithmetic, 1);
  const auto optimizer = optim::make_optimizer("sgd", Json::object(), program.parameters());
  std::vector<Eigen::ArrayXf> before;
  for (const ir::Parameter* parameter : program.parameters()) before.push_back(parameter->value);
  const Bits ladder[] = {4, 6, 8};
  for (ir::QuantizedLayer* layer : program.quantized_layers()) {
    const std::size_t i = layer->index();
    layer->set_bits({ladder[i % 3], ladder[(i + 1) % 3], ladder[(i / 2) % 3]});
  }
  ir::StepContext context;
  context.threads = &threads;
  context.backend = &backend;
  context.seed = 1;
  context.measure = true;
  for (std::uint32_t step = 0; step < 2; ++step) {
    context.step = step;
    const ir::Tensor input = input_of(family, step);  // backward() reads it again
    program.forward(input, context);
    program.backward(random_values(network.layers.back().out, 10 + step), context);
    optimizer->step(1e-3, step, threads);
  }
  Outcome outcome{tensor_digest(program, *optimizer), {}};
  for (std::size_t i = 0; i < before.size(); ++i)
    if ((program.parameters()[i]->value == before[i]).all()) outcome.unchanged.push_back(program.parameters()[i]->name);
  return outcome;
}

}  // namespace

TEST_CASE("families: two steps have the same bits on cpu and reference, with one and two threads, portable or not") {
  ThreadPool one(1), two(2);
  gemm::CpuBackend cpu_one(one), cpu_two(two);
  gemm::ReferenceBackend reference;
  for (const Small& family : kFamilies) {
    DYNAMIC_SECTION(family.name << ' ' << family.on_codes) {
      const Outcome outcome = two_steps(family, ir::Arithmetic::kInteger, one, cpu_one);
      if (*family.digest != '\0') CHECK(outcome.digest == family.digest);
      CHECK(outcome.digest.size() == 64);
      CHECK(outcome.unchanged == std::vector<std::string>{});
      CHECK(two_steps(family, ir::Arithmetic::kInteger, two, cpu_two).digest == outcome.digest);
      CHECK(two_steps(family, ir::Arithmetic::kInteger, two, reference).digest == outcome.digest);
      const Outcome exact = two_steps(family, ir::Arithmetic::kFp32, one, cpu_one);
      CHECK(exact.unchanged == std::vector<std::string>{});
      CHECK(exact.digest != outcome.digest);
      CHECK(two_steps(family, ir::Arithmetic::kFp32, two, cpu_two).digest == exact.digest);
      kernels::select("portable");
      CHECK(two_steps(family, ir::Arithmetic::kInteger, two, cpu_two).digest == outcome.digest);
      CHECK(two_steps(family, ir::Arithmetic::kFp32, two, cpu_two).digest == exact.digest);
      kernels::select("auto");
    }
  }
}

}  // namespace ampa::train