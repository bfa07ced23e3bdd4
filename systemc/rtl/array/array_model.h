// What an array target drives: something that runs tiles.
#pragma once

#include <cstdint>

#include "common/error.h"
#include "timing/hardware_point.h"

namespace ampa::rtl {

// One tile. Packed words are stored as words[((step * planes + plane) * side + lane) * size], where side is the array's
// rows (A) or columns (B) and size the 32-bit words that one has (timing::num_words); lanes, steps and results that are
// not in use are undefined.
//
//   output stationary   C[r][c] = sum over `steps` slices, all planes; A and B have `steps` steps; results are
//                       rows x columns of the array
//   weight stationary   C[m][c] = (accumulate ? C[m][c] : 0) + sum over `rows` slices of planes a_plane and b_plane,
//   for
//                       `steps` rows m of A; A has `steps` steps, its lanes are slices; B has `rows` steps, one per
//                       slice; results are steps x columns of the array
struct Tile {
  CodeFormat a, b;
  std::int64_t steps = 1, rows = 1, cols = 1;  // rows and cols in use
  std::int64_t last_lanes = 1;                 // products in use of the last slice
  int a_plane = 0, b_plane = 0;
  bool accumulate = false;
  const std::uint32_t* a_words = nullptr;
  const std::uint32_t* b_words = nullptr;
  std::int32_t* results = nullptr;
};

// A sum of a tile (of a grid: of any tile of the run) left 32 bits, on its way or at its end; the tile ran to its end.
class SumOverflow : public RunError {
 public:
  explicit SumOverflow(gemm::JobCycles cycles)
      : RunError("array: expected sums within 32 bits, found the overflow flag set"), cycles_(cycles) {}
  gemm::JobCycles cycles() const { return cycles_; }

 private:
  gemm::JobCycles cycles_;
};

class ArrayModel {
 public:
  virtual ~ArrayModel() = default;

  // Returns the cycles of this tile. Throws SumOverflow, which leaves wrapped sums behind, or another RunError if the
  // array does not finish.
  //
  // Grids overlap tiles: this hands the tile over and returns when the array is about to take its last words, with the
  // cycles since it was so for the tile before (timing::GridRun). Words are no longer looked at then; results are
  // complete when timing::result_places - 1 further tiles were handed over, or after finish(). The tiles of a run have
  // the same formats.
  virtual gemm::JobCycles run_tile(const Tile& tile) = 0;

  // Ends a run of tiles: all results are complete. Returns the cycles since the last tile, none for arrays without
  // overlap; throws as run_tile.
  virtual gemm::JobCycles finish() { return {}; }
};

}  // namespace ampa::rtl
