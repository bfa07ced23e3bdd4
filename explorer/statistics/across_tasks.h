// What losses on some tasks say of another task.
#pragma once

#include <optional>
#include <vector>

#include "statistics/mean_interval.h"

namespace ampa::statistics {

// Tasks (a network with a data set and a schedule) are taken as drawn from those that one may meet, their losses as
// normal. What seeds add to the spread of the tasks' mean losses is part of it.
struct AcrossTasks {
  MeanInterval of_mean;           // over all such tasks; every task counts once
  std::optional<double> at_most;  // of one more task, with 95 %: mean + t(.95, n - 1) s sqrt(1 + 1 / n); this and what
                                  // follows: none for a single task
  std::optional<double> above;    // probability that one more task loses more than the limit
};

// Of the mean loss on each task; not empty.
AcrossTasks across_tasks(const std::vector<double>& losses, double limit);

}  // namespace ampa::statistics
