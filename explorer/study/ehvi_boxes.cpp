#include "study/ehvi_boxes.h"

#include <algorithm>
#include <limits>

#include "study/expected_excess.h"

namespace ampa::study {

UndominatedBoxes::UndominatedBoxes(std::vector<statistics::Point> front, const statistics::Point& reference) {
  const auto is_below = [&](const statistics::Point& point) {
    for (std::size_t k = 0; k < reference.size(); ++k)
      if (!(point[k] > reference[k])) return true;
    return false;
  };
  front.erase(std::remove_if(front.begin(), front.end(), is_below), front.end());
  const std::vector<int> ranks = statistics::domination_ranks(front);
  std::vector<statistics::Point> first;
  for (std::size_t i = 0; i < front.size(); ++i)
    if (ranks[i] == 0) first.push_back(front[i]);
  for (std::size_t k = 0; k < reference.size(); ++k) {
    std::vector<double> bounds = {reference[k], std::numeric_limits<double>::infinity()};
    for (const statistics::Point& point : first) bounds.push_back(point[k]);
    std::sort(bounds.begin(), bounds.end());
    bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());
    bounds_.push_back(std::move(bounds));
  }
  std::vector<Side> box(reference.size());
  cut(std::move(first), reference.size(), box);
}

std::size_t UndominatedBoxes::place_of(std::size_t k, double value) const {
  return static_cast<std::size_t>(std::lower_bound(bounds_[k].begin(), bounds_[k].end(), value) - bounds_[k].begin());
}

// By slices along the last of the first `count` objectives, from above: a slice is dominated where the points that
// reach it dominate the other objectives.
void UndominatedBoxes::cut(std::vector<statistics::Point> points, std::size_t count, std::vector<Side>& box) {
  const std::size_t last = count - 1;
  Side& side = box[last];
  if (count == 1) {
    side = {0, bounds_[0].size() - 1};
    for (const statistics::Point& point : points) side.low = std::max(side.low, place_of(0, point[0]));
    boxes_.push_back(box);
    return;
  }
  std::sort(points.begin(), points.end(),
            [&](const statistics::Point& x, const statistics::Point& y) { return x[last] > y[last]; });
  std::size_t high = bounds_[last].size() - 1;
  std::vector<statistics::Point> above;
  for (std::size_t i = 0; i <= points.size(); ++i) {
    const std::size_t low = i < points.size() ? place_of(last, points[i][last]) : 0;
    if (low < high) {
      side = {low, high};
      cut(above, last, box);
      high = low;
    }
    if (i < points.size()) above.push_back(points[i]);
  }
}

double UndominatedBoxes::improvement(const statistics::Point& y) const {
  double sum = 0;
  for (const std::vector<Side>& box : boxes_) {
    double product = 1;
    for (std::size_t k = 0; k < box.size(); ++k)
      product *= std::max(0.0, std::min(y[k], bounds_[k][box[k].high]) - bounds_[k][box[k].low]);
    sum += product;
  }
  return sum;
}

double UndominatedBoxes::expected_improvement(const std::vector<double>& mean,
                                              const std::vector<double>& std_dev) const {
  std::vector<std::vector<double>> excess(bounds_.size());
  for (std::size_t k = 0; k < bounds_.size(); ++k) {
    for (const double bound : bounds_[k])
      excess[k].push_back(bound < std::numeric_limits<double>::infinity() ? expected_excess(mean[k], std_dev[k], bound)
                                                                          : 0.0);
  }
  double sum = 0;
  for (const std::vector<Side>& box : boxes_) {
    double product = 1;
    for (std::size_t k = 0; k < box.size(); ++k) product *= excess[k][box[k].low] - excess[k][box[k].high];
    sum += product;
  }
  return sum;
}

}  // namespace ampa::study
