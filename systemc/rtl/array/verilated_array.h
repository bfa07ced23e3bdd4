// Clocks one verilated array, whatever its processing elements, dataflow and size. Never included together with
// SystemC: both declare sc_time_stamp.
#pragma once

#include <fmt/format.h>
#include <verilated.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "common/error.h"
#include "rtl/array/array_model.h"
#include "rtl/rtl_coverage.h"
#include "timing/tile_cycles.h"

namespace ampa::rtl {

// Verilated is ampa_os_array or, if WeightStationary, ampa_ws_array. Operands are offered and results taken in every
// cycle; stressed_array.h does otherwise, for which it overrides what is virtual here. Model is ArrayModel or derived
// from it.
template <class Verilated, bool WeightStationary, class Model = ArrayModel>
class VerilatedArray : public Model {
 public:
  explicit VerilatedArray(const timing::HardwarePoint& point)
      : point_(point),
        array_(&context_, ""),
        a_word_size_(timing::num_words(point.pe, timing::Side::kA)),
        b_word_size_(timing::num_words(point.pe, timing::Side::kB)) {
    reset();
  }
  ~VerilatedArray() override {
    array_.final();
    write_rtl_coverage(context_, point_.name);
  }

  gemm::JobCycles run_tile(const Tile& tile) override {
    before_tile(tile);
    start(tile);
    std::int64_t edges = 1, row = 0;
    const std::int64_t expected = timing::tile_cycles(point_, tile.a, tile.b, tile.steps, tile.rows, tile.cols).total();
    while (array_.busy_o != 0) {
      present(tile);
      before_results(tile);
      if (array_.result_valid_o != 0 && array_.result_ready_i != 0) take(tile, row++);
      clock();
      if (++edges > 16 * expected + 64)
        throw RunError(fmt::format("array: expected a tile to end, found it busy after {} cycles", edges));
    }
    array_.start_i = 0;
    after_tile(counters().stalls - before_.stalls, array_.overflow_o != 0);
    return checked_cycles(tile, row, edges);
  }

  // As after power-on.
  void reset() {
    array_.clk_i = 0;
    array_.rst_ni = 0;
    array_.start_i = 0;
    array_.eval();
    clock();
    array_.rst_ni = 1;
    array_.eval();
  }

 protected:
  void clock() {
    array_.clk_i = 1;
    array_.eval();
    array_.clk_i = 0;
    array_.eval();
    ++num_clocks_;
  }

  struct Counters {
    std::int64_t compute = 0, fill_drain = 0, stalls = 0;
    friend bool operator==(const Counters& x, const Counters& y) {
      return x.compute == y.compute && x.fill_drain == y.fill_drain && x.stalls == y.stalls;
    }
  };
  Counters counters() const {
    return {static_cast<std::int64_t>(array_.compute_cycles_o), static_cast<std::int64_t>(array_.fill_drain_cycles_o),
            static_cast<std::int64_t>(array_.stall_cycles_o)};
  }

  void start(const Tile& tile) {
    a_planes_ = timing::num_planes(point_.pe, tile.a, timing::Side::kA);
    b_planes_ = timing::num_planes(point_.pe, tile.b, timing::Side::kB);
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
    array_.clear_counters_i = clears_ ? 1 : 0;
    array_.operand_valid_i = 0;
    array_.start_i = 1;
    before_start();
    clock();
    array_.start_i = 0;
  }

  // What begins before the start of a tile, with note_counters.
  virtual void before_tile(const Tile&) { note_counters(true); }

  // In the start cycle, with its inputs set.
  virtual void before_start() {}

  // Sets the inputs of a cycle of a tile.
  virtual void present(const Tile& tile) {
    if (offer(true, true)) offer_words(tile);
  }

  // In every cycle of a tile, with its inputs set.
  virtual void before_results(const Tile&) {}

  // Of a tile that ended: the stalls that the array counted, its flag.
  virtual void after_tile(std::int64_t, bool) {}

  // How many words of a port are offered: of those in use, or of all that it has.
  virtual std::int64_t num_offered(std::int64_t, std::int64_t all) const { return all; }

  // What the counters of the tile that starts next are compared with: zeros, if its start clears them.
  void note_counters(bool clears) {
    clears_ = clears;
    before_ = clears ? Counters{} : counters();
  }

  // Whether operands are offered and results taken in this cycle. Returns whether the array takes words.
  bool offer(bool offers_operands, bool takes_results) {
    array_.operand_valid_i = offers_operands ? 1 : 0;
    const std::uint8_t ready = takes_results ? 1 : 0;
    if (array_.result_ready_i != ready) {
      array_.result_ready_i = ready;
      array_.eval();  // whether operands are wanted depends on it
    }
    return offers_operands && array_.operand_ready_o != 0;
  }

  void offer_words(const Tile& tile) {
    if constexpr (WeightStationary)
      offer_row(tile);
    else
      offer_planes(tile);
  }

  static void copy(void* to, const void* from, std::int64_t words) {
    std::memcpy(to, from, static_cast<std::size_t>(words) * sizeof(std::uint32_t));
  }

  timing::HardwarePoint point_;
  VerilatedContext context_;
  Verilated array_;
  std::int64_t a_word_size_, b_word_size_;  // of 32 bits each
  std::int64_t a_planes_ = 1, b_planes_ = 1;
  std::int64_t num_clocks_ = 0;

 private:
  // Output stationary: the array counts the words.
  void offer_planes(const Tile& tile) {
    const std::int64_t rows = point_.rows * a_word_size_, cols = point_.cols * b_word_size_;
    put(&array_.a_words_i, tile.a_words + std::int64_t{array_.a_step_o} * rows, tile.rows * a_word_size_, rows);
    put(&array_.b_words_i, tile.b_words + std::int64_t{array_.b_step_o} * cols, tile.cols * b_word_size_, cols);
  }

  // Weight stationary: the stationary words of a slice, or a row of A with its partial sums.
  void offer_row(const Tile& tile) {
    const std::int64_t m = array_.a_step_o, slice = array_.b_step_o;
    if (slice < tile.rows)
      put(&array_.b_words_i, tile.b_words + (slice * b_planes_ + tile.b_plane) * point_.cols, tile.cols, point_.cols);
    if (m >= tile.steps) return;
    put(&array_.a_words_i, tile.a_words + (m * a_planes_ + tile.a_plane) * point_.rows, tile.rows, point_.rows);
    if (tile.accumulate)
      put(&array_.psums_i, tile.results + m * point_.cols, tile.cols, point_.cols);
    else
      std::memset(&array_.psums_i, 0, static_cast<std::size_t>(point_.cols) * sizeof(std::uint32_t));
  }

  void put(void* port, const void* words, std::int64_t used, std::int64_t all) const {
    copy(port, words, num_offered(used, all));
  }

  void take(const Tile& tile, std::int64_t row) {
    const std::int64_t num_rows = WeightStationary ? tile.steps : tile.rows;
    if (row < num_rows) copy(tile.results + row * point_.cols, &array_.results_o, point_.cols);
  }

  gemm::JobCycles checked_cycles(const Tile& tile, std::int64_t result_rows, std::int64_t edges) {
    const Counters now = counters();
    const gemm::JobCycles cycles{now.compute - before_.compute, now.fill_drain - before_.fill_drain};
    const std::int64_t stalls = now.stalls - before_.stalls;
    const std::int64_t num_rows = WeightStationary ? tile.steps : tile.rows;
    if (result_rows != num_rows)
      throw RunError(fmt::format("array: expected {} rows of results, found {}", num_rows, result_rows));
    if (cycles.total() + stalls != edges)
      throw RunError(fmt::format("array: expected counters to add up to {} clock edges, found {} + {} + {}", edges,
                                 cycles.compute, cycles.fill_drain, stalls));
    if (array_.overflow_o != 0) throw SumOverflow(cycles);
    return cycles;
  }

  bool clears_ = true;  // the tile clears the counters
  Counters before_;     // what it adds to
};

}  // namespace ampa::rtl
