#include "bitops/bitops.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <map>

#include "common/error.h"
#include "networks/load_network.h"
#include "ops/build_program.h"
#include "ops/table.h"

using namespace ampa;
using namespace ampa::bitops;
using allocate::LayerBits;
using gemm::Pass;

namespace {

std::vector<LayerSize> sizes_of(const std::string& network) {
  return layer_sizes(networks::load_network(network));
}

std::vector<CountedGemm> gemms_of(const std::string& network) {
  return counted_gemms(networks::load_network(network));
}

// The three GEMMs of one layer.
std::vector<CountedGemm> layer_of(std::int64_t macs) {
  return {{0, Pass::kForward, macs}, {0, Pass::kDataGradient, macs}, {0, Pass::kWeightGradient, macs}};
}

std::string in_giga(std::int64_t bitops) {
  return fmt::format("{:.2f}", static_cast<double>(bitops) / 1e9);
}

}  // namespace

TEST_CASE("a training step costs its three GEMMs, inference one") {
  CHECK(training_bitops(layer_of(1000), {{4, 6, 8}}) == 1000 * (4 * 6 + 6 * 8 + 4 * 8));
  CHECK(training_bitops(layer_of(7), {{2, 3, 5}}) == 7 * (6 + 15 + 10));
  CHECK(training_bitops(layer_of(std::int64_t{1} << 40), {{8, 8, 8}}) == (std::int64_t{1} << 40) * 192);
  CHECK(inference_bitops({{1000, 1}}, {{4, 6, 8}}) == 24000);
}

TEST_CASE("every GEMM counts its own MACs by the widths of its own operands") {
  const std::vector<CountedGemm> gemms = {
      {1, Pass::kForward, 10}, {0, Pass::kDataGradient, 100}, {1, Pass::kWeightGradient, 7}};
  CHECK(training_bitops(gemms, {{2, 3, 5}, {4, 6, 8}}) == 10 * 4 * 6 + 100 * 2 * 5 + 7 * 6 * 8);
  CHECK(int8_training_bitops(gemms) == 117 * 64);
}

TEST_CASE("a product of two activations counts where it is quantized, by the width of activations on both sides") {
  const ir::Network plain = networks::load_network("vit-tiny");
  ir::Network network = plain;
  std::int64_t macs = 0;
  for (ir::Layer& layer : network.layers)
    if (layer.op == "matmul") {
      layer.quantized = true;
      macs += ops::macs(layer);
    }
  REQUIRE(macs > 0);
  const auto uniform = [](const ir::Network& of, LayerBits bits) {
    return training_bitops(counted_gemms(of), std::vector<LayerBits>(of.quantized_layers().size(), bits));
  };
  for (const LayerBits bits : {LayerBits{8, 8, 8}, {2, 4, 6}})
    CHECK(uniform(network, bits) - uniform(plain, bits) == macs * (bits.a * bits.a + 2 * bits.a * bits.g));
  CHECK(int8_training_bitops(counted_gemms(network)) - int8_training_bitops(counted_gemms(plain)) == macs * 3 * 64);
  const std::vector<LayerSize> sizes = layer_sizes(network);
  const std::vector<LayerBits> bits(sizes.size(), LayerBits{2, 4, 6});
  CHECK(mean_weight_bits(sizes, bits) == 2);
  CHECK(inference_bitops({{1000, 0}}, {{2, 4, 6}}) == 16000);
}

TEST_CASE("the gradient of the second of two activations is counted and not run where that is the network's input") {
  ir::Layer embedded{"fc", "token_linear", {ir::kNetworkInput}, {3, 4, 1}, {3, 4, 1}, 1, 1, 0, false};
  embedded.numbers["bias"] = 0;
  ir::Layer product{"scores", "matmul", {0, ir::kNetworkInput}, {3, 4, 1}, {1, 4, 1}, 1, 1, 0, true};
  product.numbers["transpose_b"] = 1;
  const ir::Network network{"one", {3, 4, 1}, 4, {embedded, product}};
  const ir::Program program = ops::build_program(network, ir::Arithmetic::kInteger, 1);
  std::map<Pass, bool> runs;
  for (const ir::StepGemm& gemm : program.gemms()) runs[gemm.pass] = gemm.matmul != nullptr;
  CHECK(runs ==
        std::map<Pass, bool>{{Pass::kForward, true}, {Pass::kDataGradient, true}, {Pass::kWeightGradient, false}});
  CHECK(training_bitops(counted_gemms(program), {{0, 4, 6}}) == 12 * (16 + 24 + 24));
}

TEST_CASE("the data gradient of a layer that reads the network's input is counted and not run") {
  const ir::Layer layer{"fc", "linear", {ir::kNetworkInput}, {8, 1, 1}, {4, 1, 1}, 1, 1, 0, true};
  const ir::Network network{"one", {8, 1, 1}, 4, {layer}};
  CHECK(training_bitops(counted_gemms(network), {{4, 6, 8}}) == 32 * (4 * 6 + 6 * 8 + 4 * 8));
  const ir::Program program = ops::build_program(network, ir::Arithmetic::kInteger, 1);
  std::map<Pass, bool> runs;
  for (const ir::StepGemm& gemm : program.gemms()) runs[gemm.pass] = gemm.matmul != nullptr;
  CHECK(runs ==
        std::map<Pass, bool>{{Pass::kForward, true}, {Pass::kDataGradient, false}, {Pass::kWeightGradient, true}});
}

TEST_CASE("BOPS of the CIFAR ResNets are those that the paper prints") {
  CHECK(int8_training_bitops(gemms_of("resnet20")) == 7700742144);
  CHECK(in_giga(int8_training_bitops(gemms_of("resnet20"))) == "7.70");
  CHECK(in_giga(int8_training_bitops(gemms_of("resnet32"))) == "13.14");
  CHECK(int8_training_bitops(gemms_of("resnet56")) == 24008196096);
}

TEST_CASE("W-bits and inference BitOPs of the trained ResNet-20 are those of the paper's Table 8") {
  const std::vector<LayerSize> sizes = sizes_of("resnet20");
  std::vector<LayerBits> bits(18, LayerBits{8, 8, 8});
  CHECK(mean_weight_bits(sizes, bits) == 8.0);
  const std::int64_t int8 = inference_bitops(sizes, bits);
  CHECK(int8 == 2566914048);
  CHECK(in_giga(int8) == "2.57");

  // Nine selections of weights on layers of full cost, every activation at 8 bits: four layers of stage 1 climb to 8
  // bits, one layer of 32 channels to 6.
  for (LayerBits& layer : bits) layer.w = 4;
  for (const std::size_t layer : {0, 2, 3, 5}) bits[layer].w = 8;
  bits[9].w = 6;
  const std::int64_t mixed = inference_bitops(sizes, bits);
  CHECK(mixed == 1623195648);
  CHECK(in_giga(mixed) == "1.62");
  CHECK(fmt::format("{:.2f}", 100.0 * static_cast<double>(mixed) / static_cast<double>(int8) - 100) == "-36.76");
  CHECK(mean_weight_bits(sizes, bits) == Approx(4.2069).margin(5e-5));  // printed 4.20, cut after two digits
}

TEST_CASE("the reduction is 100 % minus the mean of the epochs") {
  CHECK(reduction_percent({192}, 192) == 0);
  CHECK(reduction_percent({48, 48, 48}, 192) == 75);
  CHECK(reduction_percent({48, 108, 192}, 192) == Approx(100 * (1 - 116.0 / 192)));
  const std::vector<CountedGemm> gemms = gemms_of("resnet20");
  CHECK(reduction_percent({training_bitops(gemms, std::vector<LayerBits>(18, LayerBits{4, 4, 4}))},
                          int8_training_bitops(gemms)) == 75);
  CHECK(reduction_percent({training_bitops(gemms, std::vector<LayerBits>(18, LayerBits{6, 6, 6}))},
                          int8_training_bitops(gemms)) == 43.75);
}

TEST_CASE("layer sizes are those of the quantized layers in order") {
  const std::vector<LayerSize> sizes = sizes_of("resnet20");
  REQUIRE(sizes.size() == 18);
  CHECK(sizes[0].macs == 2359296);
  CHECK(sizes[0].num_weights == 2304);
  CHECK(sizes[6].macs == 1179648);
  CHECK(sizes[6].num_weights == 4608);
  CHECK(sizes[17].num_weights == 36864);
  CHECK(mean_weight_bits({}, {}) == 0);
}

TEST_CASE("widths of another number of layers are refused") {
  const std::vector<LayerSize> sizes(3);
  const std::vector<LayerBits> bits(2);
  CHECK_THROWS_AS(training_bitops({{2, Pass::kForward, 1}}, bits), RunError);
  CHECK_THROWS_AS(inference_bitops(sizes, bits), RunError);
  CHECK_THROWS_AS(mean_weight_bits(sizes, bits), RunError);
}
