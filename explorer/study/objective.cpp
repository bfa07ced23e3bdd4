#include "study/objective.h"

#include <fmt/format.h>

#include "common/error.h"
#include "config/command_settings.h"
#include "cost/area.h"
#include "cost/core_cost.h"
#include "cost/pe_clock.h"
#include "study/own_values.h"
#include "timing/hardware_point.h"

namespace ampa::study {
namespace {

constexpr double kHertzPerMhz = 1e6, kJoulesPerPj = 1e-12;

std::optional<double> metric(const Objective&, const Measured& run) {
  return run.trial.validation_metric ? run.trial.validation_metric : run.trial.final_metric;
}

std::optional<double> rr(const Objective&, const Measured& run) {
  return run.trial.bitops_reduction_percent;
}

std::optional<double> bitops(const Objective&, const Measured& run) {
  return run.trial.bitops_per_image;
}

std::optional<double> cycles(const Objective& objective, const Measured& run) {
  for (const sweep::PointCycles& cycles : run.trial.cycles)
    if (cycles.point == objective.point) return static_cast<double>(cycles.total.total());
  return std::nullopt;
}

// As cost::lut_seconds, of the whole run.
std::optional<double> lut_seconds(const Objective& objective, const Measured& run) {
  const std::optional<double> count = cycles(objective, run);
  if (!count) return std::nullopt;
  const timing::HardwarePoint point = timing::point_from_string(objective.point);
  const Json& given = objective.values.at("clock_mhz");
  const double mhz = given.is_null() ? cost::pre_layout_mhz(point.pe) : given.get<double>();
  return static_cast<double>(cost::area_of(point).no_dsp.lut) * *count / (mhz * kHertzPerMhz);
}

std::optional<double> energy(const Objective& objective, const Measured& run) {
  if (run.trial.cycles.empty()) return std::nullopt;
  const auto text = [&](const char* key) { return objective.values.at(key).get<std::string>(); };
  const cost::CoreCost cost = cost::cost_on_core(run.record(), objective.point, {text("scratchpads"), text("memory")},
                                                 cost::CoreCostOptions{}, run.trial.id);
  return cost::energy_of(cost.total.events, cost::read_energy_table(text("table"))).total_pj() * kJoulesPerPj;
}

settings::OwnSettings clock_settings() {
  return {{settings::number("clock_mhz", NumberRange::above(0, 1e5))
               .in("MHz")
               .about("clock of the array")
               .or_null()
               .by_default(nullptr)
               .by_default_words("that of its processing element before layout")}};
}

settings::OwnSettings energy_settings() {
  return {{settings::text("table").as("FILE").about("energy table (docs/platform.md)").by_default(""),
           settings::text("memory").about("the memory behind the core").by_default("latency=20,bytes_per_cycle=16"),
           settings::text("scratchpads").about("the core's scratchpads").by_default(config::kDefaultScratchpads)}};
}

}  // namespace

const std::vector<ObjectiveInfo>& objectives() {
  using Better = ObjectiveInfo::Better;
  static const std::vector<ObjectiveInfo> table = {
      {"metric", "the task's metric, on the samples held out", "", Better::kAsMetric, false, {}, metric},
      {"rr", "BitOPs saved against INT8", "percent", Better::kLarger, false, {}, rr},
      {"bitops",
       "BitOPs of an image in one training step, mean over the epochs",
       "",
       Better::kSmaller,
       false,
       {},
       bitops},
      {"cycles", "cycles of the whole run", "cycles", Better::kSmaller, true, {}, cycles},
      {"lut_seconds", "logic times the time that it is occupied", "LUT s", Better::kSmaller, true, clock_settings(),
       lut_seconds},
      {"energy", "of the whole run, by a table of costs", "J", Better::kSmaller, true, energy_settings(), energy},
  };
  return table;
}

std::string Objective::words() const {
  return point.empty() ? info->name : fmt::format("{} on {}", info->name, point);
}

bool Objective::larger_is_better(const Metric& metric_of_task) const {
  using Better = ObjectiveInfo::Better;
  return info->better == Better::kAsMetric ? metric_of_task.larger_is_better : info->better == Better::kLarger;
}

std::optional<double> Objective::value(const Measured& run) const {
  return info->value(*this, run);
}

Objective read_objective(JsonReader& reader) {
  const std::string name = reader.string("of");
  std::string valid;
  for (const ObjectiveInfo& row : objectives()) {
    valid += (valid.empty() ? "" : ", ") + row.name;
    if (row.name != name) continue;
    Objective objective{&row, "", read_own(reader, row.own)};
    if (row.on_point) {
      try {
        objective.point = timing::point_from_string(reader.string("point")).name;
      } catch (const InputError& error) {
        reader.fail("point", "a hardware point", error.what());
      }
    }
    return objective;
  }
  reader.fail("of", "one of " + valid, '"' + name + '"');
}

}  // namespace ampa::study
