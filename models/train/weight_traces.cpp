#include "train/weight_traces.h"

#include <fmt/format.h>

#include <numeric>
#include <set>

#include "common/error.h"

namespace ampa::train {
namespace {

void check_weights(const ir::Network& network, const ir::Program& program) {
  std::set<std::string> names;
  for (const ir::Parameter* parameter : program.parameters()) names.insert(parameter->name);
  for (const std::string& layer : network.quantized_names())
    if (names.count(layer + ".weight") == 0)
      throw InputError(fmt::format("network: expected quantized layers with weights only, found {} without", layer));
}

}  // namespace

std::vector<double> weight_traces(const ir::Network& network, const ir::Program& trained,
                                  const objectives::Objective& objective, const data::Source& source,
                                  const TraceProbes& probes, ThreadPool& threads) {
  check_weights(network, trained);
  HessianTraces traces(network, objective, 1, probes.seed, threads);
  const std::int64_t num_batches = source.count(data::Part::kTrain) / probes.batch_size;
  std::vector<std::int64_t> indices(static_cast<std::size_t>(probes.batch_size));
  std::vector<double> means(network.quantized_layers().size());
  Batch batch;
  for (std::int64_t probe = 0; probe < probes.count; ++probe) {
    std::iota(indices.begin(), indices.end(), probe % num_batches * probes.batch_size);
    read_batch(source, data::Part::kTrain, indices.data(), probes.batch_size, {}, batch);
    const std::vector<double> found = traces.estimate_weights(trained, batch, probes.epoch * probes.count + probe);
    for (std::size_t i = 0; i < means.size(); ++i) means[i] += found[i];
  }
  for (double& mean : means) mean /= static_cast<double>(probes.count);
  return means;
}

}  // namespace ampa::train
