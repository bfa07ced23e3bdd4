// Which of several (saving, quality) pairs are not beaten in both by another.
#pragma once

#include <vector>

namespace ampa::sweep {

struct Tradeoff {
  double saving = 0;   // the larger the better, such as RR or minus the cycles
  double quality = 0;  // the larger the better: the metric, or minus it
};

// True for a pair if no other is at least as good in both and better in one.
std::vector<bool> pareto_front(const std::vector<Tradeoff>& tradeoffs);

// How far each pair lies below the front: the best quality among all that save at least as much, minus its own. 0 on
// the front.
std::vector<double> distances_to_front(const std::vector<Tradeoff>& tradeoffs);

}  // namespace ampa::sweep
