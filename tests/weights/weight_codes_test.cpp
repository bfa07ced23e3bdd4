#include "weights/weight_codes.h"

#include <catch2/catch.hpp>
#include <cstring>
#include <map>

#include "gemm/cpu_backend.h"
#include "networks/load_network.h"
#include "ops/build_program.h"
#include "quant/observer.h"

namespace ampa::weights {
namespace {

struct Seen {
  std::vector<std::int8_t> codes;
  numerics::QuantParams params;
};

// The codes of the weights that a step has used, by layer.
class WeightObserver : public quant::Observer {
 public:
  void on_quantize(const quant::QuantizeEvent& tensor) override {
    if (tensor.kind != OperandKind::kWeight) return;
    Seen& seen = weights_[tensor.layer];
    const auto* const first = reinterpret_cast<const std::int8_t*>(tensor.codes->bytes.data());
    seen = {{first, first + tensor.codes->num_codes()}, tensor.params};
  }
  const Seen& of(const std::string& layer) const { return weights_.at(layer); }

 private:
  std::map<std::string, Seen> weights_;
};

template <typename T>
std::vector<T> values_of(const Tensor& tensor) {
  std::vector<T> values(tensor.bytes.size() / sizeof(T));
  std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
  return values;
}

}  // namespace

TEST_CASE("weight codes: those of a training step, whatever the width and the rule") {
  const ir::Network network = networks::load_network("tinycnn", {1, 8, 8}, 4);
  ThreadPool threads(1);
  gemm::CpuBackend backend(threads);
  const std::vector<allocate::LayerBits> bits = {{2, 8, 8}, {5, 4, 4}, {8, 8, 8}};
  ir::Tensor images;
  images.resize(2, 8, 8, 1);
  images.values.setLinSpaced(-1.0f, 1.0f);
  const auto check = [&](const quant::TensorRule& rule, const std::string& name) {
    INFO(name);
    ir::Recipe recipe;
    recipe.weights = rule;
    ir::Program graph = ops::build_program(network, ir::Arithmetic::kInteger, 3, ops::Streaming::kOn, recipe);
    REQUIRE(graph.quantized_layers().size() == bits.size());
    for (std::size_t i = 0; i < bits.size(); ++i) graph.quantized_layers()[i]->set_bits(bits[i]);
    WeightObserver observer;
    ir::StepContext context;
    context.threads = &threads;
    context.backend = &backend;
    context.observer = &observer;
    graph.forward(images, context);
    TensorFile file;
    file.tensors = weight_codes(network, graph, bits, threads);
    CHECK(file.tensors.size() == 9);
    for (const std::string layer : {"conv2", "conv3", "fc1"}) {
      const Seen& seen = observer.of(layer);
      CHECK(values_of<std::int8_t>(*file.find(layer + ".weight.codes")) == seen.codes);
      CHECK(values_of<float>(*file.find(layer + ".weight.scale")) == std::vector<float>{seen.params.scale});
      CHECK(values_of<std::int32_t>(*file.find(layer + ".weight.zero_point")) == std::vector<std::int32_t>{0});
    }
    CHECK(file.find("conv2.weight.codes")->shape == std::vector<std::int64_t>{8, 3, 3, 8});
    CHECK(file.find("fc1.weight.codes")->shape == std::vector<std::int64_t>{32, 64});
  };
  for (const quant::ClippingRule& clipping : quant::clipping_rules()) {
    quant::TensorRule rule;
    rule.clipping = quant::make_clipping(clipping);
    check(rule, clipping.name);
  }
  quant::TensorRule rule;
  rule.form = &numerics::scale_form("power_of_two", "test");
  rule.rounding = numerics::Rounding::kFloor;
  check(rule, "floor");
}

}  // namespace ampa::weights
