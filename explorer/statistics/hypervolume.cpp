#include "statistics/hypervolume.h"

#include <algorithm>
#include <functional>
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

// Whether x is at least as good as y in the first `count` objectives.
bool covers(const Point& x, const Point& y, std::size_t count) {
  return std::equal(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(count), y.begin(), std::greater_equal<>());
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
  std::vector<Point> above;  // of which none covers another along the last objective
  double top = 0, area = 0;
  for (const Point& point : points) {
    if (std::any_of(above.begin(), above.end(), [&](const Point& other) { return covers(other, point, last); }))
      continue;
    sum += (top - point[last]) * area;
    above.erase(
        std::remove_if(above.begin(), above.end(), [&](const Point& other) { return covers(point, other, last); }),
        above.end());
    above.push_back(point);
    area = volume(above, reference, last);
    top = point[last];
  }
  return sum + (top - reference[last]) * area;
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
