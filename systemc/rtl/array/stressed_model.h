// A verilated array as the bench sees it: it can be reset, held back and fed with noise. Nothing of Verilator in this
// header.
#pragma once

#include <memory>
#include <optional>

#include "rtl/array/array_model.h"
#include "rtl/array/stress.h"

namespace ampa::rtl {

class StressedModel : public ArrayModel {
 public:
  virtual void reset() = 0;                           // as after power-on
  virtual void set_stress(const Stress& stress) = 0;  // for the tiles that follow; counts start anew
  virtual StressCounts stress_counts() const = 0;

  // Starts a tile that the array cannot run. Whether it said so and stayed idle; empty if arrays of this kind do not
  // say.
  virtual std::optional<bool> refuses(const Tile& tile) = 0;
};

// Without stress until one is set. Throws InputError if the point has no RTL model.
std::unique_ptr<StressedModel> make_stressed_model(const timing::HardwarePoint& point);

}  // namespace ampa::rtl
