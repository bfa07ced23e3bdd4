#include "train/measured_epoch.h"

#include <algorithm>
#include <numeric>

#include "allocate/ampa_own_settings.h"
#include "train/train_settings.h"

namespace ampa::train {
namespace {

// Draws of the measure in place of a field, where it draws.
void draw(const allocate::Measure& measure, const allocate::DrawPlace& place, bool of_gradients,
          allocate::LayerSensitivity& layer) {
  if (measure.drawn == nullptr) return;
  const allocate::LayerSensitivity drawn = measure.drawn(place);
  if (of_gradients)
    layer.g = drawn.g;
  else
    layer.w = drawn.w, layer.a = drawn.a;
}

}  // namespace

MeasuredEpoch::MeasuredEpoch(const TrainConfig& config, const ir::Network& network,
                             const objectives::Objective& objective, const data::Source& source, ThreadPool& threads)
    : config_(config), source_(source) {
  const Json own = own_values(allocate::ampa_own_settings(), config);
  measures_ = allocate::measures_of(ampa_settings(config));
  takes_first_order_ = own.at("first_order") == "on";
  if (measures_.of_values->needs_traces)
    traces_ = std::make_unique<HessianTraces>(network, objective, own.at("hessian_probes").get<std::int64_t>(),
                                              config.seed, threads);
}

std::vector<allocate::LayerSensitivity> MeasuredEpoch::sensitivities(const ir::Program& trained, std::int64_t epoch) {
  std::vector<allocate::LayerSensitivity> result;
  for (const ir::QuantizedLayer* layer : trained.quantized_layers()) result.push_back(layer->mean_sensitivity());
  if (traces_) {
    std::vector<std::int64_t> indices(static_cast<std::size_t>(config_.batch_size));
    std::iota(indices.begin(), indices.end(), std::int64_t{0});
    Batch batch;
    read_batch(source_, data::Part::kTrain, indices.data(), config_.batch_size, {}, batch);
    const std::vector<LayerTrace> traces = traces_->estimate(trained, batch, epoch);
    for (std::size_t i = 0; i < traces.size(); ++i) {
      result[i].w = std::max(0.0, traces[i].weights);
      result[i].a = std::max(0.0, traces[i].input);
    }
  }
  for (std::size_t i = 0; i < result.size(); ++i) {
    const allocate::DrawPlace place{config_.seed, epoch, i};
    draw(*measures_.of_values, place, false, result[i]);
    draw(*measures_.of_gradients, place, true, result[i]);
  }
  return result;
}

std::vector<allocate::LayerSensitivity> MeasuredEpoch::first_order(const ir::Program& trained) const {
  std::vector<allocate::LayerSensitivity> result;
  if (!takes_first_order_) return result;
  for (const ir::QuantizedLayer* layer : trained.quantized_layers()) result.push_back(layer->mean_first_order());
  return result;
}

}  // namespace ampa::train
