// Expected hypervolume improvement for any number of objectives.
#pragma once

#include <vector>

#include "statistics/hypervolume.h"

namespace ampa::study {

// What a front leaves undominated above a reference, cut into boxes [low, high) that share no volume; a side that is
// open has high = infinity. An outcome y adds to the hypervolume the sum over boxes of prod_k (min(y_k, high_k) -
// low_k)+.
class UndominatedBoxes {
 public:
  // Of objectives that are the larger the better. Points that are not above the reference in all of them count for
  // nothing. About n^(m-1) boxes for n points of m objectives.
  UndominatedBoxes(std::vector<statistics::Point> front, const statistics::Point& reference);

  // What the outcome y adds.
  double improvement(const statistics::Point& y) const;

  // Its expectation for objectives that are normal and independent of each other: as
  // (min(Y, high) - low)+ = (Y - low)+ - (Y - high)+, that of a box is the product over k of
  // excess_k(low_k) - excess_k(high_k), with expected_excess(); exact, so that there is nothing to sample.
  // Yang, Emmerich, Deutz, Baeck 2019, sections 3 and 4.
  double expected_improvement(const std::vector<double>& mean, const std::vector<double>& std_dev) const;

  std::size_t size() const { return boxes_.size(); }

 private:
  struct Side {
    std::size_t low = 0, high = 0;  // of bounds_[k]
  };
  void cut(std::vector<statistics::Point> points, std::size_t count, std::vector<Side>& box);
  std::size_t place_of(std::size_t k, double value) const;

  std::vector<std::vector<double>> bounds_;  // of each objective, ascending: the reference, the front, infinity
  std::vector<std::vector<Side>> boxes_;
};

}  // namespace ampa::study
