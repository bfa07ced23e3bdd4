// How fast a processing element is before layout: rtl/synth/timing.json.
#pragma once

#include "timing/pe_formats.h"

namespace ampa::cost {

// The clock in MHz that product and accumulator of the element allow in the cells of osu018 (OpenSTA, no wires, no
// placement), as the element stands in the arrays: not its structural form, with kLanes lanes. It says how elements
// compare with one another and nothing about a device; edges, controller and the wires of an array are not in it.
double pre_layout_mhz(timing::Pe pe);

}  // namespace ampa::cost
