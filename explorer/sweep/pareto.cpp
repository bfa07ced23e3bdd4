#include "sweep/pareto.h"

#include <algorithm>
#include <numeric>
#include <optional>

namespace ampa::sweep {
namespace {

// The pairs by falling saving.
std::vector<std::size_t> by_saving(const std::vector<Tradeoff>& tradeoffs) {
  std::vector<std::size_t> order(tradeoffs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t x, std::size_t y) { return tradeoffs[x].saving > tradeoffs[y].saving; });
  return order;
}

// Calls take(index, best, best_of_more) for every pair with the best qualities among those that save at least as much
// as it, and among those that save more (none where there are none).
template <typename Take>
void sweep_down(const std::vector<Tradeoff>& tradeoffs, Take take) {
  const std::vector<std::size_t> order = by_saving(tradeoffs);
  std::optional<double> of_more;
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin;
    double best = of_more.value_or(tradeoffs[order[begin]].quality);
    for (; end < order.size() && tradeoffs[order[end]].saving == tradeoffs[order[begin]].saving; ++end)
      best = std::max(best, tradeoffs[order[end]].quality);
    for (std::size_t i = begin; i < end; ++i) take(order[i], best, of_more);
    of_more = best;
    begin = end;
  }
}

}  // namespace

std::vector<bool> pareto_front(const std::vector<Tradeoff>& tradeoffs) {
  std::vector<bool> front(tradeoffs.size());
  sweep_down(tradeoffs, [&](std::size_t i, double best, std::optional<double> of_more) {
    front[i] = tradeoffs[i].quality == best && (!of_more || tradeoffs[i].quality > *of_more);
  });
  return front;
}

std::vector<double> distances_to_front(const std::vector<Tradeoff>& tradeoffs) {
  std::vector<double> distances(tradeoffs.size());
  sweep_down(tradeoffs, [&](std::size_t i, double best, std::optional<double> /*of_more*/) {
    distances[i] = best - tradeoffs[i].quality;
  });
  return distances;
}

}  // namespace ampa::sweep
