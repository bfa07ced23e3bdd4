#include "train/step_jobs.h"

#include "nn/conv_geometry.h"

namespace ampa::train {

namespace {

gemm::ConvShape conv_shape(const nn::ConvGeometry& g, std::int64_t images) {
  return {images,         g.in.height, g.in.width, g.in.channels, g.out.height, g.out.width,
          g.out.channels, g.kernel,    g.kernel,   g.stride,      g.padding};
}

record::StepJob step_job(const networks::Layer& layer, gemm::Pass pass, std::int64_t images) {
  const gemm::ConvShape conv = conv_shape(nn::conv_geometry(layer), images);
  const gemm::JobShape shape = gemm::conv_geometry(conv, pass, {}).shape();
  return {layer.name, pass, shape.m, shape.n, shape.k, conv};
}

}  // namespace

std::vector<record::StepJob> step_jobs(const networks::Network& network, std::int64_t batch_size) {
  using gemm::Pass;
  const std::vector<int> quantized = network.quantized_layers();
  std::vector<record::StepJob> jobs;
  for (int index : quantized)
    jobs.push_back(step_job(network.layers[static_cast<std::size_t>(index)], Pass::kForward, batch_size));
  for (auto index = quantized.rbegin(); index != quantized.rend(); ++index) {
    const networks::Layer& layer = network.layers[static_cast<std::size_t>(*index)];
    if (layer.inputs[0] != networks::kNetworkInput) jobs.push_back(step_job(layer, Pass::kDataGradient, batch_size));
    jobs.push_back(step_job(layer, Pass::kWeightGradient, batch_size));
  }
  return jobs;
}

}  // namespace ampa::train
