// A linear warm-up in front of any schedule.
#pragma once

#include <memory>

#include "optim/schedule.h"

namespace ampa::optim {

// warmup_steps, or warmup_epochs in its place; 0: none. They act with every schedule.
const settings::OwnSettings& warmup_settings();

// The schedule with its rate at step s of the first n multiplied by (s + 1) / n, in double; n is warmup_steps or
// warmup_epochs * steps_per_epoch. With neither in `options`, `schedule` itself. The identity says which.
std::unique_ptr<Schedule> with_warmup(std::unique_ptr<Schedule> schedule, const Json& options);

}  // namespace ampa::optim
