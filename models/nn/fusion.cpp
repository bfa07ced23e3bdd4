#include "nn/fusion.h"

#include <algorithm>

namespace ampa::nn {
namespace {

using networks::LayerType;

std::vector<FusedStep> single_steps(const networks::Network& network) {
  std::vector<FusedStep> steps;
  for (int layer = 0; layer < static_cast<int>(network.layers.size()); ++layer)
    steps.push_back({layer, layer, false, false, network.layers[static_cast<std::size_t>(layer)].inputs});
  return steps;
}

class Fuser {
 public:
  explicit Fuser(const networks::Network& network)
      : network_(network), singles_(single_steps(network)), readers_(readers_of(network, singles_)) {}

  bool has_crowded_value() const {
    return std::any_of(readers_.begin(), readers_.end(), [](const auto& readers) { return readers.size() > 2; });
  }

  std::vector<FusedStep> run() {
    const int num_layers = static_cast<int>(network_.layers.size());
    std::vector<FusedStep> step_ending_at = singles_;
    std::vector<bool> absorbed(singles_.size(), false);  // runs with a later layer
    std::vector<int> before(singles_.size(), -1);        // the convolution that comes immediately before a step
    for (int layer = 0; layer < num_layers; ++layer) {
      if (type(layer) != LayerType::kBatchNorm || absorbed[static_cast<std::size_t>(layer)]) continue;
      const FusedStep step = fused_from(layer, absorbed);
      step_ending_at[static_cast<std::size_t>(step.last)] = step;
      const int producer = step.inputs[0];
      if (producer == networks::kNetworkInput || type(producer) != LayerType::kConv2d || only_reader(producer) < 0)
        continue;
      absorbed[static_cast<std::size_t>(producer)] = true;
      before[static_cast<std::size_t>(step.last)] = producer;
    }
    std::vector<FusedStep> steps;
    for (std::size_t layer = 0; layer < singles_.size(); ++layer) {
      if (absorbed[layer]) continue;
      if (before[layer] >= 0) steps.push_back(singles_[static_cast<std::size_t>(before[layer])]);
      steps.push_back(step_ending_at[layer]);
    }
    return steps;
  }

 private:
  LayerType type(int layer) const { return network_.layers[static_cast<std::size_t>(layer)].type; }

  // The only layer that reads another's value, or -1.
  int only_reader(int layer) const {
    const std::vector<int>& readers = readers_[static_cast<std::size_t>(layer)];
    return readers.size() == 1 ? readers[0] : -1;
  }

  // A batch norm and what it takes along; marks all of it but the last layer as absorbed.
  FusedStep fused_from(int norm, std::vector<bool>& absorbed) const {
    FusedStep step = singles_[static_cast<std::size_t>(norm)];
    while (!step.relu) {
      const int next = only_reader(step.last);
      if (next < 0 || absorbed[static_cast<std::size_t>(next)]) break;
      if (type(next) == LayerType::kAdd && !step.add && !taken_[static_cast<std::size_t>(next)]) {
        const std::vector<int>& inputs = network_.layers[static_cast<std::size_t>(next)].inputs;
        step.inputs.push_back(inputs[0] == step.last ? inputs[1] : inputs[0]);
        step.add = true;
        taken_[static_cast<std::size_t>(next)] = true;
      } else if (type(next) == LayerType::kRelu) {
        step.relu = true;
      } else {
        break;
      }
      absorbed[static_cast<std::size_t>(step.last)] = true;
      step.last = next;
    }
    return step;
  }

  const networks::Network& network_;
  std::vector<FusedStep> singles_;
  std::vector<std::vector<int>> readers_;
  mutable std::vector<bool> taken_ =
      std::vector<bool>(singles_.size(), false);  // additions that run behind a batch norm
};

}  // namespace

std::vector<std::vector<int>> readers_of(const networks::Network& network, const std::vector<FusedStep>& steps) {
  std::vector<std::vector<int>> readers(network.layers.size());
  for (std::size_t step = 0; step < steps.size(); ++step)
    for (const int input : steps[step].inputs)
      if (input != networks::kNetworkInput) readers[static_cast<std::size_t>(input)].push_back(static_cast<int>(step));
  return readers;
}

std::vector<FusedStep> fused_steps(const networks::Network& network, bool fuse) {
  Fuser fuser(network);
  return fuse && !fuser.has_crowded_value() ? fuser.run() : single_steps(network);
}

}  // namespace ampa::nn
