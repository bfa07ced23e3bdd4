// The verilated RTL of an array, as its users see it: nothing of Verilator in this header.
#pragma once

#include <memory>

#include "rtl/array/array_model.h"
#include "rtl/array/stress.h"

namespace ampa::rtl {

// What a bench can do to it and see of it besides running tiles.
class VerilatedModel : public ArrayModel {
 public:
  virtual void reset() = 0;                           // as after power-on
  virtual void set_stress(const Stress& stress) = 0;  // for the tiles that follow; counts start anew
  virtual StressCounts stress_counts() const = 0;
};

// The verilated RTL, clocked cycle by cycle; cycles are those of its counters, checked against the clock edges given.
// Throws InputError if the point has no RTL model.
std::unique_ptr<VerilatedModel> make_verilated_model(const timing::HardwarePoint& point);

}  // namespace ampa::rtl
