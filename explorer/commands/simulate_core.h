// `ampa simulate --memory`: the cycles of a recorded run on a core with a memory.
#pragma once

#include "cost/core_check.h"
#include "cost/core_cost.h"

namespace ampa::commands {

// "first..last", both in steps of the run from 0, last left out for the end. Throws InputError naming --steps.
void parse_steps(const std::string& text, cost::CoreCostOptions& options);

// The table for a terminal: a line per layer and pass, and the totals.
void print_core_cost(const cost::CoreCost& cost);

void print_check(const cost::CoreCheck& check, const std::string& backend);

// Energy by the events of the run and of INT8 on the same core, from a table of the user's.
void print_energy(const cost::CoreCost& cost, const cost::EnergyTable& table);
Json energy_json(const cost::CoreCost& cost, const cost::EnergyTable& table);

}  // namespace ampa::commands
