// Clocks one verilated array, whatever its size. Never included together with SystemC: both declare sc_time_stamp.
#pragma once

#include <fmt/format.h>
#include <verilated.h>

#include <cstring>
#include <string>

#include "array/array_model.h"
#include "common/error.h"

namespace ampa::systemc {

template <class Verilated>
class VerilatedArray : public VerilatedModel {
 public:
  VerilatedArray(std::int64_t rows, std::int64_t cols) : rows_(rows), cols_(cols), array_(&context_, "") { reset(); }
  ~VerilatedArray() override { array_.final(); }

  void set_stress(const Stress& stress) override {
    stress_ = stress;
    counts_ = {};
    stress_cycle_ = 0;
    reset_cycle_ = stress.reset_cycle;
  }
  StressCounts stress_counts() const override { return counts_; }

  gemm::JobCycles run_tile(const Tile& tile) override {
    if (reset_cycle_ > 0) start_in_vain(tile);
    start(tile);
    std::int64_t edges = 1, row = 0, injected = 0;
    const std::int64_t limit = 64 * (tile.steps + 4 * (rows_ + cols_)) + 64;
    while (array_.busy_o != 0) {
      injected += present(tile) ? 1 : 0;
      if (array_.result_valid_o != 0) take(tile, row++);
      clock();
      if (++edges > limit)
        throw RunError(fmt::format("array: expected a tile to end, found it busy after {} cycles", edges));
    }
    counts_.injected_stalls += injected;
    counts_.counted_stalls += static_cast<std::int64_t>(array_.stall_cycles_o);
    return checked_cycles(tile, row, edges);
  }

 private:
  void clock() {
    array_.clk_i = 1;
    array_.eval();
    array_.clk_i = 0;
    array_.eval();
    ++stress_cycle_;
  }

  void reset() {
    array_.clk_i = 0;
    array_.rst_ni = 0;
    array_.start_i = 0;
    array_.eval();
    clock();
    array_.rst_ni = 1;
    array_.eval();
  }

  void start(const Tile& tile) {
    array_.a_width_i = static_cast<std::uint8_t>(tile.a_code);
    array_.b_width_i = static_cast<std::uint8_t>(tile.b_code);
    array_.a_signed_i = tile.a_signed ? 1 : 0;
    array_.b_signed_i = tile.b_signed ? 1 : 0;
    array_.steps_i = static_cast<std::uint32_t>(tile.steps);
    array_.rows_i = static_cast<std::uint16_t>(tile.rows);
    array_.cols_i = static_cast<std::uint16_t>(tile.cols);
    array_.clear_counters_i = 1;
    array_.operand_valid_i = 0;
    array_.start_i = 1;
    clock();
    array_.start_i = 0;
  }

  // The first cycles of a tile that a reset ends.
  void start_in_vain(const Tile& tile) {
    start(tile);
    for (std::int64_t cycle = 1; cycle < reset_cycle_; ++cycle) {
      present(tile);
      clock();
    }
    reset_cycle_ = 0;
    reset();
  }

  // Sets the inputs of this cycle. Whether operands that are wanted are held back.
  bool present(const Tile& tile) {
    array_.operand_valid_i = 0;
    if (array_.operand_ready_o == 0) return false;
    if (happens(bits(0), stress_.operand_stall_percent)) return true;
    array_.operand_valid_i = 1;
    const auto step = static_cast<std::int64_t>(array_.step_o);
    copy(&array_.a_words_i, tile.a_words + step * rows_, rows_);
    copy(&array_.b_words_i, tile.b_words + step * cols_, cols_);
    return false;
  }

  std::uint32_t bits(std::uint64_t purpose) const {
    return stress_bits(stress_.seed, static_cast<std::uint64_t>(stress_cycle_), purpose);
  }

  void take(const Tile& tile, std::int64_t row) {
    if (row < tile.rows) copy(tile.results + row * cols_, &array_.results_o, cols_);
  }

  static void copy(void* to, const void* from, std::int64_t words) {
    std::memcpy(to, from, static_cast<std::size_t>(words) * sizeof(std::uint32_t));
  }

  gemm::JobCycles checked_cycles(const Tile& tile, std::int64_t result_rows, std::int64_t edges) const {
    const gemm::JobCycles cycles{static_cast<std::int64_t>(array_.compute_cycles_o),
                                 static_cast<std::int64_t>(array_.fill_drain_cycles_o)};
    const auto stalls = static_cast<std::int64_t>(array_.stall_cycles_o);
    if (result_rows != tile.rows)
      throw RunError(fmt::format("array: expected {} rows of results, found {}", tile.rows, result_rows));
    if (cycles.total() + stalls != edges)
      throw RunError(fmt::format("array: expected counters to add up to {} clock edges, found {} + {} + {}", edges,
                                 cycles.compute, cycles.fill_drain, stalls));
    return cycles;
  }

  std::int64_t rows_, cols_;
  VerilatedContext context_;
  Verilated array_;
  Stress stress_;
  StressCounts counts_;
  std::int64_t stress_cycle_ = 0, reset_cycle_ = 0;
};

}  // namespace ampa::systemc
