#include "train/hessian_trace.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <stdexcept>

#include "common/error.h"
#include "gemm/cpu_backend.h"
#include "numerics/random_stream.h"
#include "ops/build_program.h"

namespace ampa::train {
namespace {

constexpr float kEpsilon = 0x1p-10f;

// Of input `i` of a layer.
std::string probe_name(const std::string& layer, std::size_t i) {
  return layer + ".probe" + std::to_string(i);
}

// The network with a sum of the input and a parameter in front of every input of a quantized layer.
ir::Network with_probes(const ir::Network& network) {
  ir::Network result = network;
  result.layers.clear();
  std::vector<int> moved;  // the place of each layer of `network`
  for (const ir::Layer& layer : network.layers) {
    ir::Layer copy = layer;
    for (int& input : copy.inputs)
      if (input != ir::kNetworkInput) input = moved[static_cast<std::size_t>(input)];
    if (layer.quantized) {
      for (std::size_t i = 0; i < copy.inputs.size(); ++i) {
        ir::Layer probe;
        probe.name = probe_name(layer.name, i);
        probe.op = "position_encoding";
        probe.inputs = {copy.inputs[i]};
        probe.in = probe.out = i == 0 ? layer.in : network.layers[static_cast<std::size_t>(layer.inputs[i])].out;
        probe.numbers["kind"] = 1;  // learned
        copy.inputs[i] = static_cast<int>(result.layers.size());
        result.layers.push_back(probe);
      }
    }
    moved.push_back(static_cast<int>(result.layers.size()));
    result.layers.push_back(copy);
  }
  return result;
}

}  // namespace

// A parameter that is perturbed, and its value between two perturbations.
struct HessianTraces::Perturbed {
  std::size_t layer = 0;  // number of the quantized one that it belongs to
  ir::Parameter* parameter = nullptr;
  Eigen::ArrayXf centre;
};

HessianTraces::HessianTraces(const ir::Network& network, const objectives::Objective& objective,
                             std::int64_t num_probes, std::uint64_t seed, ThreadPool& threads)
    : objective_(objective),
      num_probes_(num_probes),
      seed_(seed),
      threads_(threads),
      program_(ops::build_program(with_probes(network), ir::Arithmetic::kFp32, 0)) {
  std::map<std::string, ir::Parameter*> by_name;
  for (ir::Parameter* parameter : program_.parameters()) by_name[parameter->name] = parameter;
  for (const int index : network.quantized_layers()) {
    const ir::Layer& layer = network.layers[static_cast<std::size_t>(index)];
    const auto weight = by_name.find(layer.name + ".weight");
    if (weight != by_name.end()) weights_.push_back({num_layers_, weight->second, {}});
    for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
      inputs_.push_back({num_layers_, by_name.at(probe_name(layer.name, i) + ".positions"), {}});
      inputs_.back().parameter->value.setZero();
    }
    ++num_layers_;
  }
}

HessianTraces::~HessianTraces() = default;

void HessianTraces::take_parameters(const ir::Program& trained) {
  std::map<std::string, const ir::Parameter*> by_name;
  for (const ir::Parameter* parameter : trained.parameters()) by_name[parameter->name] = parameter;
  for (ir::Parameter* parameter : program_.parameters()) {
    const auto found = by_name.find(parameter->name);
    if (found != by_name.end()) parameter->value = found->second->value;
  }
  for (std::vector<Perturbed>* const tensors : {&weights_, &inputs_})
    for (Perturbed& tensor : *tensors) tensor.centre = tensor.parameter->value;
}

void HessianTraces::gradients_at(const std::vector<Perturbed>& tensors, const std::vector<std::vector<float>>& signs,
                                 float epsilon, const Batch& batch, std::vector<Eigen::ArrayXf>& gradients) {
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const Eigen::Map<const Eigen::ArrayXf> v(signs[i].data(), tensors[i].centre.size());
    tensors[i].parameter->value = tensors[i].centre + v * epsilon;
  }
  gemm::CpuBackend unused(threads_);
  ir::StepContext context;
  context.threads = &threads_;
  context.backend = &unused;
  context.seed = seed_;
  const ir::Tensor& output = program_.forward(batch.input, context);
  const objectives::Score score = objective_.score(output, batch.target_list(), &output_gradient_, threads_);
  if (!std::isfinite(score.loss_sum)) throw NonFiniteError("the loss of a Hessian's probe is not finite");
  program_.backward(output_gradient_, context);
  gradients.clear();
  for (const Perturbed& tensor : tensors) gradients.push_back(tensor.parameter->gradient);
}

std::vector<double> HessianTraces::mean_diagonals(const std::vector<Perturbed>& tensors, const Batch& batch,
                                                  std::int64_t epoch) {
  std::vector<double> sums(num_layers_);
  std::vector<Eigen::ArrayXf> plus, minus;
  for (std::int64_t probe = 0; probe < num_probes_; ++probe) {
    const numerics::RandomStream stream{seed_, static_cast<std::uint32_t>(epoch * num_probes_ + probe),
                                        static_cast<std::uint32_t>(numerics::StreamPurpose::kHessianProbe)};
    std::vector<std::vector<float>> signs;
    std::uint64_t element = 0;
    for (const Perturbed& tensor : tensors) {
      std::vector<float>& v = signs.emplace_back(static_cast<std::size_t>(tensor.centre.size()));
      for (float& sign : v) sign = (stream.bits16(element++) & 1u) != 0 ? 1.0f : -1.0f;
    }
    gradients_at(tensors, signs, kEpsilon, batch, plus);
    gradients_at(tensors, signs, -kEpsilon, batch, minus);
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      double sum = 0;
      for (Eigen::Index e = 0; e < plus[i].size(); ++e)
        sum += signs[i][static_cast<std::size_t>(e)] *
               (static_cast<double>(plus[i][e]) - static_cast<double>(minus[i][e])) / (2.0 * kEpsilon);
      sums[tensors[i].layer] += sum / static_cast<double>(plus[i].size());
    }
  }
  for (const Perturbed& tensor : tensors) tensor.parameter->value = tensor.centre;
  for (double& sum : sums) sum /= static_cast<double>(num_probes_);
  return sums;
}

std::vector<LayerTrace> HessianTraces::estimate(const ir::Program& trained, const Batch& batch, std::int64_t epoch) {
  const std::vector<double> weights = estimate_weights(trained, batch, epoch);
  const std::vector<double> inputs = mean_diagonals(inputs_, batch, epoch);
  std::vector<LayerTrace> traces;
  for (std::size_t i = 0; i < weights.size(); ++i) traces.push_back({weights[i], inputs[i]});
  return traces;
}

std::vector<double> HessianTraces::estimate_weights(const ir::Program& trained, const Batch& batch,
                                                    std::int64_t epoch) {
  take_parameters(trained);
  return mean_diagonals(weights_, batch, epoch);
}

}  // namespace ampa::train
