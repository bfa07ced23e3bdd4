// What a study makes large or small, or bounds, and the table of all such figures.
//
// To add one: a row of the table in objective.cpp.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "record/run_record.h"
#include "settings/own_settings.h"
#include "sweep/summary.h"

namespace ampa::study {

// A run, of which a figure is taken.
struct Measured {
  const sweep::TrialSummary& trial;
  std::function<record::RunRecord()> record;  // read where a figure needs more than the summary
};

struct ObjectiveInfo;

struct Objective {
  const ObjectiveInfo* info = nullptr;  // of the table
  std::string point;                    // of a figure on a hardware point; else empty
  Json values = Json::object();         // all of the row's own settings

  std::string words() const;  // "rr", "cycles on fused-16x16"
  bool larger_is_better(const Metric& metric) const;
  // None if the run has no such figure: it diverged, or quantizes nothing.
  std::optional<double> value(const Measured& run) const;
};

struct ObjectiveInfo {
  std::string name, help, unit;
  enum class Better { kAsMetric, kLarger, kSmaller } better = Better::kSmaller;
  bool on_point = false;
  settings::OwnSettings own = {};
  std::optional<double> (*value)(const Objective& objective, const Measured& run) = nullptr;
};

// metric (on the samples held out, else on the test samples), rr, bitops, cycles, lut_seconds, energy.
const std::vector<ObjectiveInfo>& objectives();

// {"of": NAME, "point": POINT where the row is on one, and the row's own settings}; other keys are left to the caller.
// Throws InputError.
Objective read_objective(JsonReader& reader);

}  // namespace ampa::study
