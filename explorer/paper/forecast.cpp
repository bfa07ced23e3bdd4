#include "paper/forecast.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "bitops/bitops.h"
#include "ir/layer_groups.h"
#include "networks/load_network.h"
#include "paper/runs.h"
#include "sweep/reduction_range.h"
#include "train/train_config.h"

namespace ampa::paper {
namespace {

constexpr double kGiga = 1e9;

train::TrainConfig full_configuration(const Experiment& experiment, const Row& row) {
  return train::config_from_json(*configuration_of(experiment, row, {"full", {}, {}}), experiment.name);
}

// For its own default input, or a square of the image size that the task asks for.
ir::Network full_network(const train::TrainConfig& config) {
  const ir::Network network = networks::load_network(config.network);
  const auto side = config.options.value("image_size", std::int64_t{0});
  if (side == 0) return network;
  return networks::load_network(config.network, {network.input.channels, side, side}, network.num_classes);
}

}  // namespace

Forecast forecast_of(const Experiment& experiment, const Row& row) {
  const train::TrainConfig config = full_configuration(experiment, row);
  const ir::Network network = full_network(config);
  const std::vector<bitops::CountedGemm> gemms = bitops::counted_gemms(network);
  const std::vector<std::string> layers = network.quantized_names();
  Forecast forecast;
  forecast.int8_gbitops = static_cast<double>(bitops::int8_training_bitops(gemms)) / kGiga;
  const allocate::AllocatorInfo* const info = config.scheme.allocator_info();
  if (info == nullptr) return forecast;
  const allocate::AllocatorConfig allocation = train::allocator_config(config, layers);
  forecast.range =
      sweep::estimated_range(config, gemms, layers, ir::layer_groups(network, allocation.ampa.granularity));
  if (info->adapts) return forecast;
  const auto widths = allocate::make_allocator(allocation, static_cast<int>(layers.size()));
  for (std::int64_t epoch = 0; epoch < config.epochs; ++epoch) widths->start_epoch(epoch);
  const std::vector<bitops::LayerSize> sizes = bitops::layer_sizes(network);
  forecast.figures = {
      {"gbitops", forecast.int8_gbitops * (1 - forecast.range->low_percent / 100)},
      {"weight_bits", bitops::mean_weight_bits(sizes, widths->bits())},
      {"inference_gbitops", static_cast<double>(bitops::inference_bitops(sizes, widths->bits())) / kGiga}};
  return forecast;
}

std::string forecast_words(const Experiment& experiment, const Row& row) {
  constexpr const char* kForeseen[] = {"rr", "gbitops", "weight_bits", "inference_gbitops"};
  const auto is_printed = [&](const char* figure) { return row.printed.count(figure) > 0; };
  if (std::none_of(std::begin(kForeseen), std::end(kForeseen), is_printed)) return "-";
  const Forecast forecast = forecast_of(experiment, row);
  std::string words;
  const auto add = [&](const std::string& text) { words += (words.empty() ? "" : ", ") + text; };
  const bool climbs = forecast.range && forecast.figures.empty();
  if (climbs && is_printed("rr"))
    add(fmt::format("RR {:.2f} .. {:.2f}", forecast.range->low_percent, forecast.range->high_percent));
  const auto add_known = [&](const char* figure, const char* title) {
    const auto known = forecast.figures.find(figure);
    if (known != forecast.figures.end() && is_printed(figure)) add(fmt::format("{} {:.2f}", title, known->second));
  };
  add_known("gbitops", "BOPS");
  add_known("weight_bits", "W-bits");
  add_known("inference_gbitops", "inference");
  return words.empty() ? "-" : words;
}

}  // namespace ampa::paper
