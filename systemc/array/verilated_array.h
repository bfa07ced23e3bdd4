// Clocks one verilated array, whatever its processing elements, dataflow and size. Never included together with
// SystemC: both declare sc_time_stamp.
#pragma once

#include <fmt/format.h>
#include <verilated.h>

#include <cstring>
#include <string>

#include "array/array_model.h"
#include "common/error.h"
#include "timing/tile_cycles.h"

namespace ampa::systemc {

// Verilated is ampa_os_array or, if WeightStationary, ampa_ws_array.
template <class Verilated, bool WeightStationary>
class VerilatedArray : public ArrayModel {
 public:
  explicit VerilatedArray(const timing::HardwarePoint& point) : point_(point), array_(&context_, "") { reset(); }
  ~VerilatedArray() override { array_.final(); }

  // Cycles (counted from the start of the tile) in which no operands are offered, and those in which results are not
  // taken; none unless set.
  using IsStalled = bool (*)(std::int64_t cycle);
  void set_stalls(IsStalled no_operands, IsStalled no_results = nullptr) {
    no_operands_ = no_operands;
    no_results_ = no_results;
  }
  std::int64_t stall_cycles() const { return static_cast<std::int64_t>(array_.stall_cycles_o); }

  gemm::JobCycles run_tile(const Tile& tile) override {
    start(tile);
    std::int64_t edges = 1, row = 0;
    const std::int64_t expected = timing::tile_cycles(point_, tile.a, tile.b, tile.steps, tile.rows, tile.cols).total();
    while (array_.busy_o != 0) {
      offer(tile, edges);
      if (array_.result_valid_o != 0 && array_.result_ready_i != 0) take(tile, row++);
      clock();
      if (++edges > 16 * expected + 64)
        throw RunError(fmt::format("array: expected a tile to end, found it busy after {} cycles", edges));
    }
    return checked_cycles(tile, row, edges);
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

 private:
  void clock() {
    array_.clk_i = 1;
    array_.eval();
    array_.clk_i = 0;
    array_.eval();
  }

  void start(const Tile& tile) {
    const timing::PeFormats& formats = timing::pe_formats(point_.pe);
    a_planes_ = formats.planes(tile.a);
    b_planes_ = formats.planes(tile.b);
    array_.a_bits_i = static_cast<std::uint8_t>(tile.a.bits);
    array_.b_bits_i = static_cast<std::uint8_t>(tile.b.bits);
    array_.a_kind_i = static_cast<std::uint8_t>(timing::operand_kind(tile.a));
    array_.b_kind_i = static_cast<std::uint8_t>(timing::operand_kind(tile.b));
    array_.steps_i = static_cast<std::uint32_t>(tile.steps);
    array_.last_lanes_i = static_cast<std::uint8_t>(tile.last_lanes);
    array_.rows_i = static_cast<std::uint16_t>(tile.rows);
    array_.cols_i = static_cast<std::uint16_t>(tile.cols);
    if constexpr (WeightStationary) {
      array_.a_plane_i = static_cast<std::uint8_t>(tile.a_plane);
      array_.b_plane_i = static_cast<std::uint8_t>(tile.b_plane);
    }
    array_.clear_counters_i = 1;
    array_.operand_valid_i = 0;
    array_.start_i = 1;
    clock();
    array_.start_i = 0;
  }

  void offer(const Tile& tile, std::int64_t cycle) {
    array_.operand_valid_i = no_operands_ != nullptr && no_operands_(cycle) ? 0 : 1;
    const std::uint8_t ready = no_results_ != nullptr && no_results_(cycle) ? 0 : 1;
    if (array_.result_ready_i != ready) {
      array_.result_ready_i = ready;
      array_.eval();  // whether operands are wanted depends on it
    }
    if (array_.operand_ready_o == 0) return;
    if constexpr (WeightStationary)
      offer_row(tile);
    else
      offer_planes(tile);
  }

  // Output stationary: the array counts the words.
  void offer_planes(const Tile& tile) {
    copy(&array_.a_words_i, tile.a_words + std::int64_t{array_.a_step_o} * point_.rows, point_.rows);
    copy(&array_.b_words_i, tile.b_words + std::int64_t{array_.b_step_o} * point_.cols, point_.cols);
  }

  // Weight stationary: the stationary words of a slice, or a row of A with its partial sums.
  void offer_row(const Tile& tile) {
    const std::int64_t m = array_.a_step_o, slice = array_.b_step_o;
    if (slice < tile.rows)
      copy(&array_.b_words_i, tile.b_words + (slice * b_planes_ + tile.b_plane) * point_.cols, point_.cols);
    if (m >= tile.steps) return;
    copy(&array_.a_words_i, tile.a_words + (m * a_planes_ + tile.a_plane) * point_.rows, point_.rows);
    if (tile.accumulate)
      copy(&array_.psums_i, tile.results + m * point_.cols, point_.cols);
    else
      std::memset(&array_.psums_i, 0, static_cast<std::size_t>(point_.cols) * sizeof(std::uint32_t));
  }

  void take(const Tile& tile, std::int64_t row) {
    const std::int64_t num_rows = WeightStationary ? tile.steps : tile.rows;
    if (row < num_rows) copy(tile.results + row * point_.cols, &array_.results_o, point_.cols);
  }

  static void copy(void* to, const void* from, std::int64_t words) {
    std::memcpy(to, from, static_cast<std::size_t>(words) * sizeof(std::uint32_t));
  }

  gemm::JobCycles checked_cycles(const Tile& tile, std::int64_t result_rows, std::int64_t edges) const {
    const gemm::JobCycles cycles{static_cast<std::int64_t>(array_.compute_cycles_o),
                                 static_cast<std::int64_t>(array_.fill_drain_cycles_o)};
    const std::int64_t num_rows = WeightStationary ? tile.steps : tile.rows;
    if (result_rows != num_rows)
      throw RunError(fmt::format("array: expected {} rows of results, found {}", num_rows, result_rows));
    if (cycles.total() + stall_cycles() != edges)
      throw RunError(fmt::format("array: expected counters to add up to {} clock edges, found {} + {} + {}", edges,
                                 cycles.compute, cycles.fill_drain, stall_cycles()));
    if (array_.overflow_o != 0) throw RunError("array: expected sums within 32 bits, found the overflow flag set");
    return cycles;
  }

  timing::HardwarePoint point_;
  VerilatedContext context_;
  Verilated array_;
  std::int64_t a_planes_ = 1, b_planes_ = 1;
  IsStalled no_operands_ = nullptr, no_results_ = nullptr;
};

}  // namespace ampa::systemc
