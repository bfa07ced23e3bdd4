#include "study/lattice.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "allocate/allocator.h"
#include "bitops/reduction_bound.h"
#include "common/error.h"
#include "config/sweep_spec.h"
#include "study/features.h"
#include "sweep/plan.h"
#include "train/train_settings.h"

namespace ampa::study {
namespace {

class Maker {
 public:
  explicit Maker(const StudySpec& spec) : spec_(spec) {}

  Lattice make() {
    sweep_.source = spec_.source;
    sweep_.name = spec_.name;
    for (std::size_t i = 0; i < spec_.space.num_combinations(); ++i) add(spec_.space.combination(i));
    refuse_idle();
    for (const std::string& name : spec_.baselines) add_baseline(name);
    config::complete_labels(sweep_.trials);
    sweep::Plan plan = sweep::plan_trials(sweep_, tasks_);
    const std::size_t num_combinations = spec_.space.num_combinations();
    Lattice lattice;
    lattice.radices = spec_.space.radices();
    lattice.setting_of.assign(plan.run_of.begin(), plan.run_of.begin() + static_cast<std::ptrdiff_t>(num_combinations));
    lattice.num_candidates = *std::max_element(lattice.setting_of.begin(), lattice.setting_of.end()) + 1;
    lattice.baselines.assign(plan.run_of.begin() + static_cast<std::ptrdiff_t>(num_combinations), plan.run_of.end());
    for (const std::size_t index : lattice.baselines) plan.trials[index].baseline = true;
    lattice.settings = std::move(plan.trials);
    lattice.features = features_of(lattice.settings, lattice.num_candidates, keys_);
    check_reachable(lattice);
    return lattice;
  }

 private:
  void add(const Json& keys) {
    const Json json = overlaid(spec_.base, keys);
    train::TrainConfig config = train::config_from_json(json, spec_.source, "space");
    train::check_batch(config, spec_.source, "space");
    if (config.epochs == 0)
      throw InputError(fmt::format("{}: space.epochs: expected at least 1 epoch, found 0", spec_.source));
    const std::vector<std::string> idle = train::idle_keys(keys, config);
    for (const auto& item : keys.items()) {
      keys_.insert(item.key());
      if (std::find(idle.begin(), idle.end(), item.key()) == idle.end()) acting_.insert(item.key());
    }
    config.seed = spec_.seeds.front();
    sweep_.trials.push_back(config::make_trial(std::move(config), false));
  }

  void add_baseline(const std::string& name) {
    train::TrainConfig config = train::config_from_json(spec_.base, spec_.source, "base");
    config.scheme = train::scheme_from_string(name, spec_.source + ": baselines");
    config.seed = spec_.seeds.front();
    sweep_.trials.push_back(config::make_trial(std::move(config), true));
  }

  void refuse_idle() const {
    for (const std::string& key : keys_)
      if (acting_.count(key) == 0)
        throw InputError(fmt::format("{}: space.{}: acts only {}; no setting of this file is such a one", spec_.source,
                                     key, train::find_train_setting(key)->setting.acts.words(settings::Style::kKey)));
  }

  // By the widths that a run starts with, which never fall for these schemes.
  void check_reachable(const Lattice& lattice) {
    const std::optional<double> asked = spec_.min_rr();
    if (!asked) return;
    double best = -INFINITY;
    for (std::size_t i = 0; i < lattice.num_candidates; ++i) {
      const train::TrainConfig config =
          train::config_from_json(lattice.settings[i].config, spec_.source, lattice.settings[i].label);
      if (!config.scheme.quantizes()) continue;
      const allocate::AllocatorInfo& info = *config.scheme.allocator_info();
      if (info.adapts && info.ladder == nullptr) return;  // widths may fall: nothing is known
      const ir::Network& network = tasks_.task(config).network;
      const auto gemms = bitops::counted_gemms(network);
      const auto num_layers = static_cast<int>(network.quantized_layers().size());
      if (num_layers == 0) continue;
      const auto allocator =
          allocate::make_allocator(train::allocator_config(config, network.quantized_names()), num_layers);
      best = std::max(best, bitops::reduction_at_most({}, bitops::training_bitops(gemms, allocator->bits()),
                                                      config.epochs, bitops::int8_training_bitops(gemms)));
      if (best >= *asked) return;
    }
    throw InputError(fmt::format(
        "{}: constraints: expected an RR that a setting of the space can reach ({}), found at least {}", spec_.source,
        std::isfinite(best) ? fmt::format("at most {:.4g} %", best) : "none quantizes", *asked));
  }

  const StudySpec& spec_;
  sweep::Tasks tasks_;
  config::SweepSpec sweep_;
  std::set<std::string> keys_, acting_;
};

void add_fidelity(Lattice& lattice, const StudySpec& spec, std::size_t fidelity) {
  StudySpec cheap = spec;
  cheap.base = overlaid(spec.base, spec.fidelities[fidelity].base);
  cheap.baselines.clear();
  cheap.constraints.clear();
  const Lattice there = Maker(cheap).make();
  const std::string place = fmt::format("fidelities[{}].base", fidelity);
  for (sweep::TrialSummary setting : there.settings) {
    for (const sweep::TrialSummary& known : lattice.settings)
      if (known.setting == setting.setting)
        throw InputError(fmt::format("{}: {}: expected a task of its own, found runs that are there without it ({})",
                                     spec.source, place, known.label));
    setting.label += fmt::format(", fidelity {}", fidelity + 1);
    setting.same_runs.clear();
    lattice.settings.push_back(std::move(setting));
  }
  const std::size_t first = lattice.settings.size() - there.settings.size();
  std::vector<std::size_t> places(lattice.num_candidates);
  for (std::size_t i = lattice.setting_of.size(); i-- > 0;) places[lattice.setting_of[i]] = first + there.setting_of[i];
  lattice.at_fidelity.push_back(std::move(places));
}

}  // namespace

std::string Lattice::words() const {
  if (setting_of.size() == num_candidates) return fmt::format("{} settings", num_candidates);
  return fmt::format("{} settings, {} distinct", setting_of.size(), num_candidates);
}

Lattice make_lattice(const StudySpec& spec) {
  Lattice lattice = Maker(spec).make();
  lattice.num_own = lattice.settings.size();
  for (std::size_t i = 0; i < spec.fidelities.size(); ++i) add_fidelity(lattice, spec, i);
  return lattice;
}

}  // namespace ampa::study
