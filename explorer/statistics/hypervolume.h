// What a set of settings dominates: the area or volume between it and a point that is worse than all.
#pragma once

#include <vector>

namespace ampa::statistics {

using Point = std::vector<double>;  // a figure for each objective, the larger the better

// Of the union of the boxes from `reference` to each point; points that are not better in all objectives add nothing.
// One or more objectives, all points of that many. Exact: by slices along the last objective.
double hypervolume(const std::vector<Point>& points, const Point& reference);

// Rank of each point: 0 if no other dominates it (is at least as good in all and better in one), 1 if only those of
// rank 0 do, and so on.
std::vector<int> domination_ranks(const std::vector<Point>& points);

}  // namespace ampa::statistics
