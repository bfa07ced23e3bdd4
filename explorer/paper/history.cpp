#include "paper/history.h"

#include <algorithm>
#include <vector>

namespace ampa::paper {
namespace {

bool has_widths(const record::RunRecord& record) {
  return !record.layers.empty() && !record.epochs.empty() && !record.epochs.front().bits.empty();
}

std::size_t first_rise(const record::RunRecord& record, std::size_t layer, OperandKind kind) {
  const Bits start = record.epochs.front().bits[layer].of(kind);
  std::size_t epoch = 0;
  while (epoch < record.epochs.size() && record.epochs[epoch].bits[layer].of(kind) <= start) ++epoch;
  return epoch;
}

}  // namespace

double sensitivity_of(const allocate::LayerSensitivity& layer, OperandKind kind) {
  return kind == OperandKind::kWeight ? layer.w : kind == OperandKind::kActivation ? layer.a : layer.g;
}

std::optional<double> mean_first_rise(const record::RunRecord& record, OperandKind kind, Layers layers) {
  if (!has_widths(record)) return std::nullopt;
  const std::size_t count = record.layers.size(), half = count / 2;
  const std::size_t begin = layers == Layers::kDeep ? half : 0, end = layers == Layers::kShallow ? half : count;
  if (begin == end) return std::nullopt;
  double sum = 0;
  for (std::size_t layer = begin; layer < end; ++layer) sum += static_cast<double>(first_rise(record, layer, kind));
  return sum / static_cast<double>(end - begin);
}

std::optional<double> raised_percent(const record::RunRecord& record) {
  if (!has_widths(record)) return std::nullopt;
  std::size_t raised = 0;
  for (std::size_t layer = 0; layer < record.layers.size(); ++layer)
    for (const OperandKind kind : {OperandKind::kWeight, OperandKind::kActivation})
      raised += first_rise(record, layer, kind) < record.epochs.size() ? 1 : 0;
  return 100.0 * static_cast<double>(raised) / static_cast<double>(2 * record.layers.size());
}

std::optional<double> rise_of_sensitivity(const record::RunRecord& record, OperandKind kind) {
  std::vector<double> means;
  for (const record::EpochResult& epoch : record.epochs) {
    if (epoch.sensitivities.empty()) continue;
    double sum = 0;
    for (const allocate::LayerSensitivity& layer : epoch.sensitivities) sum += sensitivity_of(layer, kind);
    means.push_back(sum / static_cast<double>(epoch.sensitivities.size()));
  }
  const std::size_t third = means.size() / 3;
  if (third == 0) return std::nullopt;
  double change = 0;
  for (std::size_t i = 0; i < third; ++i) change += means[means.size() - 1 - i] - means[i];
  return change / static_cast<double>(third);
}

}  // namespace ampa::paper
