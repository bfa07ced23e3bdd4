#include "optim/schedule.h"

#include "numerics/elementary.h"

namespace ampa::optim {

double cosine_rate(double rate, std::int64_t epoch, std::int64_t epochs) {
  constexpr double kPi = 3.14159265358979323846;
  return rate * (1 + numerics::cos(kPi * static_cast<double>(epoch) / static_cast<double>(epochs))) / 2;
}

double step_rate(double rate, double decay, const std::vector<std::int64_t>& milestones, std::int64_t epoch) {
  for (std::int64_t milestone : milestones)
    if (milestone <= epoch) rate *= decay;
  return rate;
}

}  // namespace ampa::optim
