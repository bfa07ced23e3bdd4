// The learning rate of an epoch.
#pragma once

#include <cstdint>
#include <vector>

namespace ampa::optim {

// rate * (1 + cos(pi * epoch / epochs)) / 2 for epoch in [0, epochs).
double cosine_rate(double rate, std::int64_t epoch, std::int64_t epochs);

// rate * decay^(number of milestones <= epoch).
double step_rate(double rate, double decay, const std::vector<std::int64_t>& milestones, std::int64_t epoch);

}  // namespace ampa::optim
