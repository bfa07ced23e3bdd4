#include "study/ranking.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace ampa::study {

statistics::Point turned(const StudySpec& spec, const Metric& metric, const std::vector<double>& mean) {
  statistics::Point point = mean;
  for (std::size_t k = 0; k < point.size(); ++k)
    if (!spec.objectives[k].larger_is_better(metric)) point[k] = -point[k];
  return point;
}

statistics::Point reference_below(const std::vector<statistics::Point>& points) {
  constexpr double kMargin = 0.1;
  statistics::Point low = points.front(), high = low;
  for (const statistics::Point& point : points)
    for (std::size_t k = 0; k < point.size(); ++k) {
      low[k] = std::min(low[k], point[k]);
      high[k] = std::max(high[k], point[k]);
    }
  for (std::size_t k = 0; k < low.size(); ++k) low[k] -= kMargin * (high[k] > low[k] ? high[k] - low[k] : 1.0);
  return low;
}

std::vector<std::size_t> best_first(const std::vector<statistics::Point>& points, std::size_t count) {
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (points.empty()) return order;
  const std::vector<int> ranks = statistics::domination_ranks(points);
  const statistics::Point reference = reference_below(points);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) { return ranks[x] < ranks[y]; });
  for (auto begin = order.begin();
       begin != order.end() && begin < order.begin() + static_cast<std::ptrdiff_t>(count);) {
    const auto end = std::find_if(begin, order.end(), [&](std::size_t i) { return ranks[i] != ranks[*begin]; });
    std::vector<statistics::Point> rank;
    for (auto i = begin; i != end; ++i) rank.push_back(points[*i]);
    const double whole = statistics::hypervolume(rank, reference);
    std::map<std::size_t, double> added;
    for (std::size_t i = 0; i < rank.size(); ++i) {
      std::vector<statistics::Point> others = rank;
      others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
      added[*(begin + static_cast<std::ptrdiff_t>(i))] = whole - statistics::hypervolume(others, reference);
    }
    std::stable_sort(begin, end, [&](std::size_t x, std::size_t y) { return added[x] > added[y]; });
    begin = end;
  }
  return order;
}

}  // namespace ampa::study
