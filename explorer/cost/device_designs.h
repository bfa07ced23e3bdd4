// What can stand together on a device: int8 without and with DSPs, mixed precision without and with them, and all.
#pragma once

#include <string>
#include <vector>

#include "cost/device_fill.h"

namespace ampa::cost {

// Synthesised grids and what each is worth: on the mix while it computes, or over the whole recorded run (mac_rates.h).
std::vector<Unit> computing_units(const std::vector<timing::HardwarePoint>& points, const std::vector<PairShare>& mix);
std::vector<Unit> run_units(const std::vector<timing::HardwarePoint>& points, const record::RunRecord& record,
                            const std::string& source);

struct Design {
  const char* name;
  std::vector<timing::Pe> kinds;
};
const std::vector<Design>& device_designs();

// Of them the strongest int8: packed DSPs, and digit rows in the LUTs that they leave.
constexpr std::size_t kInt8Design = 2;

struct FilledDesign {
  std::string name;
  std::vector<Fill> fills;
  Budget used;
};

// Every design, filled with the best mixture of those of `units` that have its kinds.
std::vector<FilledDesign> fill_designs(const std::vector<Unit>& units, const Budget& budget, LutCount count);

// Its rate over that of kInt8Design; 0 if that has none.
double gain(const std::vector<FilledDesign>& designs, const FilledDesign& design);

// "1.25 x r4s-16x16, 21.88 x pack2-8x8"; "nothing".
std::string arrays_of(const FilledDesign& design);

}  // namespace ampa::cost
