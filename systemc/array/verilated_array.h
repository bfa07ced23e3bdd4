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
class VerilatedArray : public ArrayModel {
 public:
  VerilatedArray(std::int64_t rows, std::int64_t cols) : rows_(rows), cols_(cols), array_(&context_, "") { reset(); }
  ~VerilatedArray() override { array_.final(); }

  // Feed cycles (counted from the start of the tile) in which no operands are offered; none unless set.
  using IsStalled = bool (*)(std::int64_t cycle);
  void set_stalls(IsStalled is_stalled) { is_stalled_ = is_stalled; }
  std::int64_t stall_cycles() const { return static_cast<std::int64_t>(array_.stall_cycles_o); }

  gemm::JobCycles run_tile(const Tile& tile) override {
    start(tile);
    std::int64_t edges = 1, row = 0;
    const std::int64_t limit = 16 * (tile.steps + 4 * (rows_ + cols_)) + 64;
    while (array_.busy_o != 0) {
      if (array_.operand_ready_o != 0) offer(tile, edges);
      if (array_.result_valid_o != 0) take(tile, row++);
      clock();
      if (++edges > limit)
        throw RunError(fmt::format("array: expected a tile to end, found it busy after {} cycles", edges));
    }
    return checked_cycles(tile, row, edges);
  }

 private:
  void clock() {
    array_.clk_i = 1;
    array_.eval();
    array_.clk_i = 0;
    array_.eval();
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

  void offer(const Tile& tile, std::int64_t cycle) {
    array_.operand_valid_i = is_stalled_ != nullptr && is_stalled_(cycle) ? 0 : 1;
    const auto step = static_cast<std::int64_t>(array_.step_o);
    copy(&array_.a_words_i, tile.a_words + step * rows_, rows_);
    copy(&array_.b_words_i, tile.b_words + step * cols_, cols_);
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
    if (result_rows != tile.rows)
      throw RunError(fmt::format("array: expected {} rows of results, found {}", tile.rows, result_rows));
    if (cycles.total() + stall_cycles() != edges)
      throw RunError(fmt::format("array: expected counters to add up to {} clock edges, found {} + {} + {}", edges,
                                 cycles.compute, cycles.fill_drain, stall_cycles()));
    return cycles;
  }

  std::int64_t rows_, cols_;
  VerilatedContext context_;
  Verilated array_;
  IsStalled is_stalled_ = nullptr;
};

}  // namespace ampa::systemc
