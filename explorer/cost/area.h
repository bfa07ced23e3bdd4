// What hardware points occupy on an FPGA: the synthesis counts of rtl/synth/area.json.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "timing/hardware_point.h"

namespace ampa::cost {

// Cells of a Xilinx 7-series device after synthesis, before placement.
struct CellCounts {
  std::int64_t lut = 0, ff = 0, dsp48e1 = 0, carry4 = 0;
  std::int64_t sites = 0;  // of grids: LUT cells, and carry bits whose LUT is a route-through; 0 where not counted
};

// Where counts come from: this very array went through synthesis, or controller, edges and elements of smaller ones
// were added up (rtl/synth/compose.py).
enum class AreaMethod { kSynthesised, kComposed };
std::string to_string(AreaMethod method);  // "synthesised", "composed"

struct PointArea {
  AreaMethod method = AreaMethod::kSynthesised;
  CellCounts with_dsp;  // the synthesiser may use DSP slices
  CellCounts no_dsp;    // it may not
};

// Of the point's array. The fast form of a point is another description of the same circuit and has its area.
PointArea area_of(const timing::HardwarePoint& point);

// The grids of rtl/synth/grid_area.json, in its order; their names are those of points.
std::vector<std::string> synthesised_grids();

// The device that areas are compared with: xc7vx485t.
struct Device {
  std::string name;
  std::int64_t lut = 0, ff = 0, dsp48e1 = 0, bram36 = 0;
};
Device reference_device();

}  // namespace ampa::cost
