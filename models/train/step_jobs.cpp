#include "train/step_jobs.h"

#include "nn/conv_geometry.h"

namespace ampa::train {

std::vector<record::StepJob> step_jobs(const networks::Network& network, std::int64_t batch_size) {
  using gemm::Pass;
  const std::vector<int> quantized = network.quantized_layers();
  std::vector<record::StepJob> jobs;
  for (int index : quantized) {
    const networks::Layer& layer = network.layers[static_cast<std::size_t>(index)];
    const nn::ConvGeometry g = nn::conv_geometry(layer);
    jobs.push_back({layer.name, Pass::kForward, batch_size * g.out.height * g.out.width, g.out.channels, g.depth()});
  }
  for (auto index = quantized.rbegin(); index != quantized.rend(); ++index) {
    const networks::Layer& layer = network.layers[static_cast<std::size_t>(*index)];
    const nn::ConvGeometry g = nn::conv_geometry(layer);
    if (layer.inputs[0] != networks::kNetworkInput)
      jobs.push_back(
          {layer.name, Pass::kDataGradient, batch_size * g.in.height * g.in.width, g.in.channels, g.grad_depth()});
    jobs.push_back(
        {layer.name, Pass::kWeightGradient, g.out.channels, g.depth(), batch_size * g.out.height * g.out.width});
  }
  return jobs;
}

}  // namespace ampa::train
