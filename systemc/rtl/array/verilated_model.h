// The verilated arrays by name. Nothing of Verilator in this header.
#pragma once

#include <memory>
#include <string>

#include "rtl/array/array_model.h"

namespace ampa::rtl {

// The RTL of a point, clocked cycle by cycle: operands are always there and results always taken. Cycles are those of
// its counters, checked against the clock edges given. Throws InputError, which names the option of the build, if the
// point has no RTL model.
std::unique_ptr<ArrayModel> make_verilated_model(const timing::HardwarePoint& point);

// The same, with a wave of its ports in a .vcd file (waved_array.h).
std::unique_ptr<ArrayModel> make_waved_model(const timing::HardwarePoint& point, const std::string& path);

}  // namespace ampa::rtl
