#include "allocate/width_costs.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/error.h"

namespace ampa::allocate {
namespace {

// HAWQ-V2's term.
double error_cost(const LayerStatistics& layer, Bits, double squared_error) {
  return std::max(layer.trace, 0.0) * squared_error;
}

// Algorithm 2 of Double Rounding with the sign that it must have: as printed, the sum of (Tr / n) * b is minimised, and
// the layers that matter most would have the smallest widths.
double trace_cost(const LayerStatistics& layer, Bits bits, double) {
  return -std::max(layer.trace, 0.0) * bits;
}

}  // namespace

const std::vector<WidthCost>& width_costs() {
  static const std::vector<WidthCost> table = {
      {"error", "Tr / n times the squared error that the width makes of the weights (HAWQ-V2)", error_cost},
      {"trace", "Tr / n times the bits, to be as much as possible (Double Rounding, its sign put right)", trace_cost}};
  return table;
}

const WidthCost& width_cost(const std::string& name) {
  std::string valid;
  for (const WidthCost& row : width_costs()) {
    if (row.name == name) return row;
    valid += (valid.empty() ? "" : ", ") + row.name;
  }
  throw InputError(fmt::format("cost: expected one of {}, found \"{}\"", valid, name));
}

std::vector<std::vector<double>> costs_of(const WidthCost& cost, const std::vector<LayerStatistics>& layers,
                                          const std::vector<Bits>& widths) {
  std::vector<std::vector<double>> costs;
  for (const LayerStatistics& layer : layers) {
    std::vector<double>& row = costs.emplace_back();
    for (std::size_t w = 0; w < widths.size(); ++w) row.push_back(cost.of(layer, widths[w], layer.squared_error.at(w)));
  }
  return costs;
}

}  // namespace ampa::allocate
