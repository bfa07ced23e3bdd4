#include "sweep/pareto.h"

#include <algorithm>

namespace ampa::sweep {

std::vector<bool> pareto_front(const std::vector<Tradeoff>& tradeoffs) {
  std::vector<bool> front;
  for (const Tradeoff& own : tradeoffs)
    front.push_back(std::none_of(tradeoffs.begin(), tradeoffs.end(), [&](const Tradeoff& other) {
      return other.saving >= own.saving && other.accuracy >= own.accuracy &&
             (other.saving > own.saving || other.accuracy > own.accuracy);
    }));
  return front;
}

double distance_to_front(const std::vector<Tradeoff>& tradeoffs, std::size_t index) {
  const Tradeoff& own = tradeoffs.at(index);
  double best = own.accuracy;
  for (const Tradeoff& other : tradeoffs)
    if (other.saving >= own.saving) best = std::max(best, other.accuracy);
  return best - own.accuracy;
}

}  // namespace ampa::sweep
