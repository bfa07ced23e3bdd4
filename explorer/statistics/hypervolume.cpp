#include "statistics/hypervolume.h"

#include <algorithm>
#include <numeric>

namespace ampa::statistics {
namespace {

bool dominates(const Point& x, const Point& y) {
  bool is_better = false;
  for (std::size_t k = 0; k < x.size(); ++k) {
    if (x[k] < y[k]) return false;
    is_better = is_better || x[k] > y[k];
  }
  return is_better;
}

// Of points that are better than the reference in their first `count` objectives.
double volume(std::vector<Point> points, const Point& reference, std::size_t count) {
  if (points.empty()) return 0;
  const std::size_t last = count - 1;
  std::sort(points.begin(), points.end(), [&](const Point& x, const Point& y) { return x[last] > y[last]; });
  if (count == 1) return points.front()[0] - reference[0];
  double sum = 0;
  if (count == 2) {
    double furthest = reference[0], above = 0;
    for (const Point& point : points) {
      if (point[0] > furthest) {
        sum += (above - point[1]) * (furthest - reference[0]);
        furthest = point[0];
        above = point[1];
      }
    }
    return sum + (above - reference[1]) * (furthest - reference[0]);
  }
  std::vector<Point> above;
  for (std::size_t i = 0; i < points.size(); ++i) {
    above.push_back(points[i]);
    const double next = i + 1 < points.size() ? points[i + 1][last] : reference[last];
    if (points[i][last] > next) sum += (points[i][last] - next) * volume(above, reference, last);
  }
  return sum;
}

}  // namespace

double hypervolume(const std::vector<Point>& points, const Point& reference) {
  std::vector<Point> better;
  for (const Point& point : points) {
    bool is_better = true;
    for (std::size_t k = 0; k < reference.size(); ++k) is_better = is_better && point[k] > reference[k];
    if (is_better) better.push_back(point);
  }
  return volume(std::move(better), reference, reference.size());
}

// Points in descending order meet only fronts of points before them; of two objectives the last of a front beats all
// that any of it does (Zhang et al. 2015, efficient non-dominated sorting).
std::vector<int> domination_ranks(const std::vector<Point>& points) {
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) { return points[x] > points[y]; });
  std::vector<int> ranks(points.size());
  std::vector<std::vector<std::size_t>> fronts;
  for (const std::size_t i : order) {
    const auto is_dominated_by = [&](const std::vector<std::size_t>& front) {
      if (points[i].size() <= 2) return dominates(points[front.back()], points[i]);
      return std::any_of(front.rbegin(), front.rend(), [&](std::size_t j) { return dominates(points[j], points[i]); });
    };
    const auto front = std::partition_point(fronts.begin(), fronts.end(), is_dominated_by);
    ranks[i] = static_cast<int>(front - fronts.begin());
    if (front == fronts.end())
      fronts.push_back({i});
    else
      front->push_back(i);
  }
  return ranks;
}

}  // namespace ampa::statistics
