// The integer program that gives each layer a width when the mean of the widths is limited: Double Rounding (arXiv
// 2502.01199, Algorithm 2), solved by GLPK.
#pragma once

#include <cstdint>
#include <vector>

#include "numerics/formats.h"

namespace ampa::allocate {

// Choose a width b_l for every layer so that the sum of cost(l, b_l) is least, and the mean of b_l, weighted by
// size(l), at most `average`.
struct WidthProgram {
  std::vector<Bits> widths;                // to choose from, distinct, at least one
  std::vector<std::vector<double>> costs;  // by layer, then as `widths`; finite, of either sign
  std::vector<std::int64_t> sizes;         // of the layers, >= 1: 1 each is a mean over layers
  double average = 0;                      // bits
};

struct WidthAssignment {
  std::vector<Bits> bits;  // by layer
  double cost = 0;         // the sum, in the order of the layers
  double average = 0;      // of the widths that were chosen
};

// The sum of `costs` and the mean of an assignment.
WidthAssignment assigned(const WidthProgram& program, std::vector<Bits> bits);

// An optimum, to a part in 10^9 of the largest cost times the number of layers; the limit holds to a part in 10^7.
// Throws InputError "average: ..." for a limit below the smallest width, RunError if the solver finds no optimum.
WidthAssignment assign_widths(const WidthProgram& program);

}  // namespace ampa::allocate
