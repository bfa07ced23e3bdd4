// What an array target drives: something that runs one tile.
#pragma once

#include <cstdint>
#include <memory>

#include "array/stress.h"
#include "timing/hardware_point.h"

namespace ampa::systemc {

// One tile: C[r][c] = sum over all steps of the products of row r's and column c's packed words.
struct Tile {
  int a_code = 0, b_code = 0;  // width codes, see timing/fused_formats.h
  bool a_signed = false, b_signed = false;
  std::int64_t steps = 1, rows = 1, cols = 1;  // rows and cols in use
  const std::uint32_t* a_words = nullptr;      // steps x rows of the array
  const std::uint32_t* b_words = nullptr;      // steps x columns of the array
  std::int32_t* results = nullptr;             // rows x columns of the array; columns not in use are undefined
};

class ArrayModel {
 public:
  virtual ~ArrayModel() = default;

  // Returns the cycles of this tile. Throws RunError if the array does not finish.
  virtual gemm::JobCycles run_tile(const Tile& tile) = 0;
};

// RTL: what a bench can do to it and see of it besides.
class VerilatedModel : public ArrayModel {
 public:
  virtual void set_stress(const Stress& stress) = 0;  // for the tiles that follow; counts start anew
  virtual StressCounts stress_counts() const = 0;
};

// Transaction level: products and sums in plain loops, cycles from timing::tile_cycles.
std::unique_ptr<ArrayModel> make_transaction_model(const timing::HardwarePoint& point);

// The verilated RTL, clocked cycle by cycle; cycles are those of its counters, checked against the clock edges given.
// Throws InputError if the point has no RTL model.
std::unique_ptr<VerilatedModel> make_verilated_model(const timing::HardwarePoint& point);

}  // namespace ampa::systemc
