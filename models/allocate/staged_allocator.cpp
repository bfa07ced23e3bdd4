// Widths that are said and not measured: per operand, per layer, and changed at epochs in either direction (the
// experiments of AMPA, Tables 1 and 2). settings/width_stages.h has the grammar.
#include <fmt/format.h>

#include <algorithm>

#include "allocate/allocator.h"
#include "common/error.h"
#include "settings/width_stages.h"

namespace ampa::allocate {
namespace {

using settings::WidthStage;

constexpr const char* kKey = "bits";
constexpr const char* kDefault = "8";
constexpr const char* kSources = "bits_sources";  // where the stages come from, as long as the run is being set up

std::vector<WidthStage> stages_of(const AllocatorConfig& config) {
  std::vector<WidthStage> stages = settings::width_stages_from_string(config.options.value(kKey, kDefault), kKey);
  const Json sources = config.options.value(kSources, Json::array());
  for (std::size_t i = 0; i < std::min(stages.size(), sources.size()); ++i) stages[i].widths.source = sources[i];
  return stages;
}

// The epochs in which a stage begins to be in force and its widths, without stages that another one replaces before
// they were.
struct Stage {
  std::int64_t first_epoch = 0;
  std::vector<LayerBits> bits;
};

std::vector<LayerBits> bits_of(const settings::Widths& widths, const std::vector<std::string>& layers) {
  std::vector<LayerBits> bits;
  for (const std::string& layer : layers) {
    const settings::TensorWidths of = widths.of(layer);
    bits.push_back({*of.w, *of.a, *of.g});
  }
  return bits;
}

std::vector<Stage> resolve(const AllocatorConfig& config) {
  std::vector<Stage> stages;
  for (const WidthStage& stage : stages_of(config)) {
    stage.widths.check_layers(config.layers);
    const std::int64_t first = stage.first_epoch(config.epochs);
    if (!stages.empty() && first < stages.back().first_epoch)
      throw InputError(
          fmt::format("{}: expected stages that begin one after another, found one at epoch {} behind one "
                      "at epoch {} of {}",
                      kKey, first, stages.back().first_epoch, config.epochs));
    if (!stages.empty() && first == stages.back().first_epoch) stages.pop_back();
    stages.push_back({first, bits_of(stage.widths, config.layers)});
  }
  return stages;
}

Json to_json(const std::vector<LayerBits>& bits) {
  Json list = Json::array();
  for (const LayerBits& layer : bits) list.push_back({layer.w, layer.a, layer.g});
  return list;
}

class StagedAllocator : public Allocator {
 public:
  explicit StagedAllocator(std::vector<Stage> stages) : stages_(std::move(stages)) { start_epoch(0); }

  std::string_view name() const override { return "staged"; }
  void start_epoch(std::int64_t epoch) override {
    for (const Stage& stage : stages_)
      if (stage.first_epoch <= epoch) bits_ = stage.bits;
  }
  const std::vector<LayerBits>& bits() const override { return bits_; }
  bool measures(std::int64_t) const override { return false; }
  void update(const std::vector<LayerSensitivity>&) override {}

  // Nothing that is not in the settings: what is there is for the check that it is the same allocation.
  Json state() const override { return {{"allocator", "staged"}, {"layers", bits_.size()}}; }
  void restore(const Json& state, const std::string& source) override {
    JsonReader reader(state, source, "allocator_state");
    if (const std::string kind = reader.string("allocator"); kind != "staged")
      reader.fail("allocator", "\"staged\"", kind);
    const auto count = static_cast<std::int64_t>(bits_.size());
    reader.integer("layers", count, count);
    reader.finish();
  }

 private:
  std::vector<Stage> stages_;
  std::vector<LayerBits> bits_;
};

// Without names the layers have the widths of those that are not named.
AllocatorConfig with_layers(AllocatorConfig config, int num_layers) {
  config.layers.resize(static_cast<std::size_t>(num_layers));
  return config;
}

std::unique_ptr<Allocator> make(const AllocatorConfig& config, int num_layers) {
  return std::make_unique<StagedAllocator>(resolve(with_layers(config, num_layers)));
}

// What the texts come to: another one for the same widths is the same run.
Json identity(const AllocatorConfig& config, int num_layers) {
  Json list = Json::array();
  for (const Stage& stage : resolve(with_layers(config, num_layers)))
    list.push_back({{"first_epoch", stage.first_epoch}, {"bits", to_json(stage.bits)}});
  return list;
}

std::vector<std::string> notices(const AllocatorConfig& config, int, std::int64_t epochs) {
  std::vector<std::string> list;
  for (const WidthStage& stage : stages_of(config))
    if (stage.first_epoch(epochs) >= epochs && !stage.begin.empty())
      list.push_back(fmt::format("bits: the stage from {} on never comes: the run has {} epochs", stage.begin, epochs));
  return list;
}

// Files by their content; where they were stays known for messages.
void settle(const std::function<std::string(const std::string& key)>& place, Json& given) {
  if (!given.contains(kKey)) return;
  const std::vector<WidthStage> stages =
      settings::width_stages_from_string(given.at(kKey).get<std::string>(), place(kKey));
  Json sources = Json::array();
  for (const WidthStage& stage : stages) sources.push_back(stage.widths.source);
  given[kKey] = settings::inline_text(stages);
  given[kSources] = sources;
}

std::string label(const Json& config) {
  return fmt::format("{} {}", config.at("scheme").get<std::string>(), config.at(kKey).get<std::string>());
}

}  // namespace

AllocatorInfo staged_allocator() {
  AllocatorInfo row;
  row.name = "staged";
  row.description = "widths as they are said, by operand, layer and epoch";
  row.make = make;
  row.schemes = {{"fixed", 8, "widths of your choice, by operand, by layer (--bits) and from an epoch on"}};
  row.own = {{settings::text(kKey)
                  .as("WIDTHS")
                  .in("bits")
                  .about("widths: 8, w4a8g6, @FILE by layer, or stages with the percentage of the epochs or the epoch "
                         "from which each is in force: w8a8g8,50%:w4a4g4")
                  .by_default(kDefault)},
             nullptr,
             settle};
  row.identity = identity;
  row.notices = notices;
  row.label = label;
  row.label_keys = {kKey};
  return row;
}

}  // namespace ampa::allocate
