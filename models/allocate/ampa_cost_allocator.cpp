// AMPA by what hardware counts. AMPA (ampa_allocator.cpp) lets the most sensitive layers climb, whatever a width costs;
// here a layer climbs where the sensitivity bought per extra cycle of a step is best.
//
// At the end of every measured epoch, for weights, activations and gradients one after the other and each on its own:
// of the layers below the top of the ladder choose the one of largest sensitivity / (cycles of its jobs at the next
// width - at its own, the widths of its other operands as they are now), let it climb, and choose again among those
// that have not climbed in this update, until as many have as AMPA would select (num_selected of alpha, beta, gamma). A
// climb that costs no cycle goes before all that cost some; of equal ones the more sensitive, then the earlier layer
// goes first. With cycle_budget a climb after which a step would take more than that percentage of the cycles at the
// ladder's top is passed over. No random number and no clock is asked: equal sensitivities give equal widths. The table
// of cycles is all that is known of hardware. Thr has no effect: a layer at the top is no candidate.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "allocate/allocator.h"
#include "allocate/climbing_kinds.h"
#include "allocate/cost_table.h"
#include "common/atomic_file.h"
#include "common/error.h"

namespace ampa::allocate {
namespace {

// What a climb buys. Whether x is to be preferred to y: cross-multiplied, so that a cost of 0 needs no case.
struct Climb {
  int layer = 0;
  double sensitivity = 0;
  double cycles = 0;  // extra ones of a step; negative counts as 0
};
bool is_better(const Climb& x, const Climb& y) {
  const double of_x = x.sensitivity * y.cycles, of_y = y.sensitivity * x.cycles;
  if (x.cycles > 0 && y.cycles > 0 && of_x != of_y) return of_x > of_y;
  if ((x.cycles > 0) != (y.cycles > 0)) return y.cycles > 0;
  return x.sensitivity != y.sensitivity ? x.sensitivity > y.sensitivity : x.layer < y.layer;
}

class AmpaCostAllocator : public Allocator {
 public:
  AmpaCostAllocator(const AmpaSettings& settings, CostTable table, double budget_percent)
      : settings_(settings), table_(std::move(table)), bits_(static_cast<std::size_t>(table_.num_layers())) {
    const Bits low = settings_.ladder.front(), top = settings_.ladder.back();
    for (LayerBits& bits : bits_) bits = {top, top, top};
    budget_ = budget_percent / 100 * static_cast<double>(table_.cycles(bits_));
    for (LayerBits& bits : bits_) bits = {low, low, low};
  }

  std::string_view name() const override { return "ampa-cost"; }
  const std::vector<LayerBits>& bits() const override { return bits_; }
  bool measures(std::int64_t epoch) const override { return is_measured_epoch(epoch, settings_.interval_epochs); }

  void update(const std::vector<LayerSensitivity>& sensitivities) override {
    check_sensitivities(name(), sensitivities, bits_.size());
    for (const ClimbingKind& kind : kClimbingKinds) climb(kind, sensitivities);
  }

  Json state() const override {
    Json json = {{"allocator", "ampa-cost"}};
    for (const ClimbingKind& kind : kClimbingKinds) {
      json[kind.name] = Json::array();
      for (const LayerBits& bits : bits_) json[kind.name].push_back(bits.*kind.bits);
    }
    return json;
  }

  void restore(const Json& state, const std::string& source) override {
    JsonReader reader(state, source, "allocator_state");
    if (const std::string kind = reader.string("allocator"); kind != "ampa-cost")
      reader.fail("allocator", "\"ampa-cost\"", kind);
    std::vector<LayerBits> restored = bits_;
    for (const ClimbingKind& kind : kClimbingKinds) {
      const std::vector<std::int64_t> widths = reader.integers(kind.name, kMinBits, kMaxBits);
      if (widths.size() != bits_.size())
        reader.fail(kind.name, fmt::format("{} widths", bits_.size()), std::to_string(widths.size()));
      for (std::size_t layer = 0; layer < widths.size(); ++layer) {
        const auto bits = static_cast<Bits>(widths[layer]);
        if (std::find(settings_.ladder.begin(), settings_.ladder.end(), bits) == settings_.ladder.end())
          reader.fail(kind.name, "widths of the ladder", std::to_string(bits));
        restored[layer].*kind.bits = bits;
      }
    }
    reader.finish();
    bits_ = std::move(restored);
  }

 private:
  Bits next(Bits bits) const { return *std::upper_bound(settings_.ladder.begin(), settings_.ladder.end(), bits); }

  void climb(const ClimbingKind& kind, const std::vector<LayerSensitivity>& sensitivities) {
    std::vector<bool> has_climbed(bits_.size());
    const int climbs = num_selected(settings_.*kind.percent, table_.num_layers());
    for (int i = 0; i < climbs; ++i) {
      const std::optional<Climb> best = best_climb(kind, sensitivities, has_climbed);
      if (!best) return;
      const auto layer = static_cast<std::size_t>(best->layer);
      has_climbed[layer] = true;
      bits_[layer].*kind.bits = next(bits_[layer].*kind.bits);
    }
  }

  std::optional<Climb> best_climb(const ClimbingKind& kind, const std::vector<LayerSensitivity>& sensitivities,
                                  const std::vector<bool>& has_climbed) const {
    std::optional<Climb> best;
    const auto step = static_cast<double>(table_.cycles(bits_));
    for (int layer = 0; layer < table_.num_layers(); ++layer) {
      const auto i = static_cast<std::size_t>(layer);
      if (has_climbed[i] || bits_[i].*kind.bits == settings_.ladder.back()) continue;
      LayerBits wider = bits_[i];
      wider.*kind.bits = next(wider.*kind.bits);
      const auto cycles = static_cast<double>(table_.cycles(layer, wider) - table_.cycles(layer, bits_[i]));
      if (step + cycles > budget_) continue;
      const Climb climb{layer, sensitivities[i].*kind.sensitivity, std::max(cycles, 0.0)};
      if (!best || is_better(climb, *best)) best = climb;
    }
    return best;
  }

  AmpaSettings settings_;
  CostTable table_;
  std::vector<LayerBits> bits_;
  double budget_ = 0;  // cycles of a step
};

std::unique_ptr<Allocator> make(const AllocatorConfig& config, int num_layers) {
  check(config.ampa);
  const std::string path = config.options.at("cost_table").get<std::string>();
  if (path.empty())
    throw InputError("cost_table: expected a file that `ampa estimate --write-cost-table` wrote, found none");
  CostTable table = CostTable::read(read_json_file(path), path);
  if (table.num_layers() != num_layers)
    throw InputError(fmt::format("{}: layers: expected the {} quantized layers of the network, found {}", path,
                                 num_layers, table.num_layers()));
  for (const Bits bits : config.ampa.ladder)
    if (!table.has(bits))
      throw InputError(fmt::format("{}: widths: expected those of the ladder, found no {}", path, bits));
  return std::make_unique<AmpaCostAllocator>(config.ampa, std::move(table),
                                             config.options.at("cycle_budget").get<double>());
}

}  // namespace

AllocatorInfo ampa_cost_allocator() {
  AllocatorInfo row;
  row.name = "ampa-cost";
  row.description = "AMPA's sensitivities, bought where they cost the fewest cycles of a hardware point";
  row.make = make;
  row.schemes = {{"ampa-cost", 8, "AMPA, but a layer climbs where that costs the fewest cycles of a hardware point"}};
  row.adapts = true;
  row.own.list = {settings::text("cost_table")
                      .as("FILE")
                      .by_default("")
                      .about("cycles by widths of a hardware point, written by ampa estimate --write-cost-table"),
                  settings::number("cycle_budget", {0, 100})
                      .in("percent")
                      .by_default(100.0)
                      .about("the most cycles of a step, of those at the top of the ladder")};
  row.identity = [](const AllocatorConfig& config, int num_layers) -> Json {
    const AmpaSettings& settings = config.ampa;
    const Json values = settings::resolved(ampa_cost_allocator().own, config.options);
    return {{"selected_w", num_selected(settings.alpha_percent, num_layers)},
            {"selected_a", num_selected(settings.beta_percent, num_layers)},
            {"selected_g", num_selected(settings.gamma_percent, num_layers)},
            {"interval_epochs", settings.interval_epochs},
            {"ladder", settings.ladder},
            {"cycle_budget", values.at("cycle_budget")},
            {"cost_table_sha256", sha256_hex(read_file(values.at("cost_table").get<std::string>()))}};
  };
  row.notices = [](const AllocatorConfig& config, int num_layers, std::int64_t epochs) {
    return allocate::notices(config.ampa, num_layers, epochs);
  };
  return row;
}

}  // namespace ampa::allocate
