// The learning rate of a step, and the table of its schedules.
//
// To add a schedule: its file (a subclass of Schedule, and a function that gives its row) and its line in table.cpp.
// Its settings become flags, keys and dimensions of sweeps with nothing else touched.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "settings/own_settings.h"

namespace ampa::optim {

// Where a step stands in its run.
struct StepPlace {
  std::int64_t step = 0;  // from 0 over the whole run
  std::int64_t steps_per_epoch = 1;
  std::int64_t epochs = 1;  // of the whole run
  std::int64_t epoch() const { return step / steps_per_epoch; }
};

class Schedule {
 public:
  virtual ~Schedule() = default;
  // The rate of a step, > 0: the same on every machine, from the place alone.
  virtual double rate(const StepPlace& place) const = 0;
  // What two runs must share to see the same rates; "over_epochs" in it keeps a run from being extended.
  virtual Json identity(std::int64_t epochs) const = 0;
};

struct ScheduleInfo {
  std::string name, description;
  settings::OwnSettings own;
  // `rate` > 0 is that of the start; `values` holds all of `own`, in range.
  std::unique_ptr<Schedule> (*make)(double rate, const Json& values) = nullptr;
};

// The table: constant, cosine, step, cosine-steps.
const std::vector<ScheduleInfo>& schedules();

// Throws InputError for a name that is not in the table.
const ScheduleInfo& schedule_info(const std::string& name);

// By name, with `options` for its own settings and those of the warm-up (optim/warmup.h) by key and their defaults for
// the rest.
std::unique_ptr<Schedule> make_schedule(const std::string& name, double rate, const Json& options);

}  // namespace ampa::optim
