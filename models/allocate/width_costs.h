// What a width costs a layer: the objectives of the integer program (width_program.h).
//
// To add one: its function and its line in width_costs.cpp.
#pragma once

#include <string>
#include <vector>

#include "numerics/formats.h"

namespace ampa::allocate {

// Of a layer's weights.
struct LayerStatistics {
  double trace = 0;                   // mean diagonal of the loss's Hessian, Tr / n
  std::vector<double> squared_error;  // by width: sum of the squares of what it changes of the stored weights
};

struct WidthCost {
  std::string name, description;
  double (*of)(const LayerStatistics& layer, Bits bits, double squared_error) = nullptr;
};

// The table: error, trace. The first is the default. A trace below 0 counts as 0.
const std::vector<WidthCost>& width_costs();
const WidthCost& width_cost(const std::string& name);  // throws InputError for a name that is not in the table

// By layer, then as `widths`.
std::vector<std::vector<double>> costs_of(const WidthCost& cost, const std::vector<LayerStatistics>& layers,
                                          const std::vector<Bits>& widths);

}  // namespace ampa::allocate
