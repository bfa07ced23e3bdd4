#include "record/trained_network.h"

#include <algorithm>
#include <numeric>
#include <set>

namespace ampa::record {
namespace {

std::set<std::size_t> top(const std::vector<allocate::LayerSensitivity>& layers,
                          double allocate::LayerSensitivity::*field, std::size_t count) {
  std::vector<std::size_t> order(layers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t x, std::size_t y) { return layers[x].*field > layers[y].*field; });
  return {order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count)};
}

double shared_percent(const EpochResult& epoch, double allocate::LayerSensitivity::*field) {
  const std::size_t count = std::max<std::size_t>(1, epoch.sensitivities.size() * 3 / 10);
  const std::set<std::size_t> by_measure = top(epoch.sensitivities, field, count);
  const std::set<std::size_t> by_term = top(epoch.first_order, field, count);
  std::size_t shared = 0;
  for (const std::size_t layer : by_measure) shared += by_term.count(layer);
  return 100.0 * static_cast<double>(shared) / static_cast<double>(count);
}

}  // namespace

std::optional<Inference> inference_of(const RunRecord& record) {
  if (record.layers.empty() || record.epochs.empty() || record.epochs.back().bits.empty()) return std::nullopt;
  std::vector<bitops::LayerSize> sizes;
  for (const QuantizedLayer& layer : record.layers) sizes.push_back({layer.macs, layer.num_weights});
  const std::vector<allocate::LayerBits>& bits = record.epochs.back().bits;
  const std::vector<allocate::LayerBits> int8(bits.size(), allocate::LayerBits{8, 8, 8});
  return Inference{bitops::mean_weight_bits(sizes, bits), bitops::inference_bitops(sizes, bits),
                   bitops::inference_bitops(sizes, int8)};
}

std::optional<Intersection> average_intersection(const RunRecord& record) {
  Intersection mean;
  for (const EpochResult& epoch : record.epochs) {
    if (epoch.first_order.empty() || epoch.first_order.size() != epoch.sensitivities.size()) continue;
    mean.weights_percent += shared_percent(epoch, &allocate::LayerSensitivity::w);
    mean.activations_percent += shared_percent(epoch, &allocate::LayerSensitivity::a);
    ++mean.num_updates;
  }
  if (mean.num_updates == 0) return std::nullopt;
  mean.weights_percent /= static_cast<double>(mean.num_updates);
  mean.activations_percent /= static_cast<double>(mean.num_updates);
  return mean;
}

Json derived_results(const RunRecord& record) {
  Json json = Json::object();
  if (const auto inference = inference_of(record))
    json["inference"] = {{"weight_bits", inference->weight_bits},
                         {"bitops_per_image", inference->bitops},
                         {"int8_bitops_per_image", inference->int8_bitops}};
  if (const auto shared = average_intersection(record))
    json["intersection"] = {{"weights_percent", shared->weights_percent},
                            {"activations_percent", shared->activations_percent},
                            {"num_updates", shared->num_updates}};
  return json;
}

}  // namespace ampa::record
