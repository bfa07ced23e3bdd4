// Clocks one verilated array, whatever its processing elements, dataflow and size. Never included together with
// SystemC: both declare sc_time_stamp.
#pragma once

#include <fmt/format.h>
#include <verilated.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "common/error.h"
#include "rtl/array/verilated_model.h"
#include "rtl/rtl_coverage.h"
#include "timing/tile_cycles.h"

namespace ampa::rtl {

// Verilated is ampa_os_array or, if WeightStationary, ampa_ws_array.
template <class Verilated, bool WeightStationary>
class VerilatedArray : public VerilatedModel {
 public:
  explicit VerilatedArray(const timing::HardwarePoint& point) : point_(point), array_(&context_, "") { reset(); }
  ~VerilatedArray() override {
    array_.final();
    write_rtl_coverage(context_, point_.name);
  }

  void set_stress(const Stress& stress) override {
    stress_ = stress;
    counts_ = {};
    stress_cycle_ = 0;
    reset_cycle_ = stress.reset_cycle;
  }
  StressCounts stress_counts() const override { return counts_; }

  gemm::JobCycles run_tile(const Tile& tile) override {
    if (reset_cycle_ > 0) start_in_vain(tile);
    idle();
    start(tile);
    std::int64_t edges = 1, row = 0;
    const std::int64_t expected = timing::tile_cycles(point_, tile.a, tile.b, tile.steps, tile.rows, tile.cols).total();
    while (array_.busy_o != 0) {
      present(tile);
      if (array_.result_valid_o != 0) check_waiting_row(tile);
      if (array_.result_valid_o != 0 && array_.result_ready_i != 0) take(tile, row++);
      clock();
      if (++edges > 16 * expected + 64)
        throw RunError(fmt::format("array: expected a tile to end, found it busy after {} cycles", edges));
    }
    array_.start_i = 0;
    counts_.counted_stalls += counters().stalls - before_.stalls;
    return checked_cycles(tile, row, edges);
  }

  void reset() override {
    array_.clk_i = 0;
    array_.rst_ni = 0;
    array_.start_i = 0;
    array_.eval();
    clock();
    array_.rst_ni = 1;
    array_.eval();
    waiting_row_.clear();
  }

 private:
  void clock() {
    array_.clk_i = 1;
    array_.eval();
    array_.clk_i = 0;
    array_.eval();
    ++stress_cycle_;
  }

  std::uint32_t bits(std::uint64_t purpose) const {
    return stress_bits(stress_.seed, static_cast<std::uint64_t>(stress_cycle_), purpose);
  }

  struct Counters {
    std::int64_t compute = 0, fill_drain = 0, stalls = 0;
  };
  Counters counters() const {
    return {static_cast<std::int64_t>(array_.compute_cycles_o), static_cast<std::int64_t>(array_.fill_drain_cycles_o),
            static_cast<std::int64_t>(array_.stall_cycles_o)};
  }

  // Under noise some cycles before a tile, which must count nothing, and now and then a tile that adds to the counts.
  void idle() {
    const std::uint32_t random = stress_.noise ? bits(2) >> 26 : 0;
    clears_ = (random & 1) == 0;
    before_ = clears_ ? Counters{} : counters();
    for (std::uint32_t cycles = random >> 1 & 3; cycles > 0; --cycles) {
      make_noise();
      array_.start_i = 0;
      clock();
    }
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
    array_.clear_counters_i = clears_ ? 1 : 0;
    array_.operand_valid_i = 0;
    array_.start_i = 1;
    clock();
    array_.start_i = 0;
    waiting_row_.clear();
  }

  // The first cycles of a tile that a reset ends.
  void start_in_vain(const Tile& tile) {
    const StressCounts before = counts_;
    start(tile);
    for (std::int64_t cycle = 1; cycle < reset_cycle_; ++cycle) {
      present(tile);
      clock();
    }
    reset_cycle_ = 0;
    counts_ = before;
    reset();
  }

  // Sets the inputs of this cycle and counts it if it is to be a stall.
  void present(const Tile& tile) {
    if (stress_.noise) make_noise();
    array_.operand_valid_i = happens(bits(0), stress_.operand_stall_percent) ? 0 : 1;
    const std::uint8_t ready = happens(bits(1), stress_.result_stall_percent) ? 0 : 1;
    if (array_.result_ready_i != ready) {
      array_.result_ready_i = ready;
      array_.eval();  // whether operands are wanted depends on it
    }
    const bool wanted = array_.operand_ready_o != 0, offered = array_.operand_valid_i != 0;
    if ((wanted && !offered) || (array_.result_valid_o != 0 && array_.result_ready_i == 0)) ++counts_.injected_stalls;
    if (!wanted || !offered) return;
    if constexpr (WeightStationary)
      offer_row(tile);
    else
      offer_planes(tile);
  }

  // Output stationary: the array counts the words.
  void offer_planes(const Tile& tile) {
    const bool is_last = array_.a_step_o >= (tile.steps - 1) * a_planes_;
    offer(&array_.a_words_i, tile.a_words + std::int64_t{array_.a_step_o} * point_.rows, tile.rows, point_.rows);
    offer(&array_.b_words_i, tile.b_words + std::int64_t{array_.b_step_o} * point_.cols, tile.cols, point_.cols);
    if (!stress_.noise || !is_last) return;
    for (std::int64_t row = 0; row < tile.rows; ++row) spoil_unused_lanes(&array_.a_words_i, row, tile.last_lanes);
    for (std::int64_t col = 0; col < tile.cols; ++col) spoil_unused_lanes(&array_.b_words_i, col, tile.last_lanes);
  }

  // Weight stationary: the stationary words of a slice, or a row of A with its partial sums.
  void offer_row(const Tile& tile) {
    const std::int64_t m = array_.a_step_o, slice = array_.b_step_o;
    if (slice < tile.rows) {
      offer(&array_.b_words_i, tile.b_words + (slice * b_planes_ + tile.b_plane) * point_.cols, tile.cols, point_.cols);
      if (stress_.noise && slice == tile.rows - 1)
        for (std::int64_t col = 0; col < tile.cols; ++col) spoil_unused_lanes(&array_.b_words_i, col, tile.last_lanes);
    }
    if (m >= tile.steps) return;
    offer(&array_.a_words_i, tile.a_words + (m * a_planes_ + tile.a_plane) * point_.rows, tile.rows, point_.rows);
    if (stress_.noise) spoil_unused_lanes(&array_.a_words_i, tile.rows - 1, tile.last_lanes);
    if (tile.accumulate)
      offer(&array_.psums_i, tile.results + m * point_.cols, tile.cols, point_.cols);
    else
      std::memset(&array_.psums_i, 0, static_cast<std::size_t>(point_.cols) * sizeof(std::uint32_t));
  }

  // Under noise only the words that are in use.
  void offer(void* port, const void* words, std::int64_t used, std::int64_t all) const {
    copy(port, words, stress_.noise ? used : all);
  }

  // Random values on what is not looked at while a tile runs: its description, start_i and, until they are offered, the
  // words.
  void make_noise() {
    const std::uint32_t random = bits(2), more = bits(3);
    array_.a_bits_i = random & 15;
    array_.b_bits_i = random >> 4 & 15;
    array_.a_kind_i = random >> 8 & 3;
    array_.b_kind_i = random >> 10 & 3;
    array_.last_lanes_i = random >> 12 & 63;
    array_.start_i = random >> 18 & 1;
    array_.clear_counters_i = random >> 19 & 1;
    array_.steps_i = more;
    array_.rows_i = static_cast<std::uint16_t>(more);
    array_.cols_i = static_cast<std::uint16_t>(more >> 16);
    noise_words(&array_.a_words_i, point_.rows, 4);
    noise_words(&array_.b_words_i, point_.cols, 4 + point_.rows);
    if constexpr (WeightStationary) {
      array_.a_plane_i = random >> 20 & 7;
      array_.b_plane_i = random >> 23 & 7;
      noise_words(&array_.psums_i, point_.cols, 4 + point_.rows + point_.cols);
    }
  }

  void noise_words(void* port, std::int64_t count, std::int64_t purpose) const {
    for (std::int64_t i = 0; i < count; ++i) {
      const std::uint32_t word = bits(static_cast<std::uint64_t>(purpose + i));
      std::memcpy(static_cast<std::uint32_t*>(port) + i, &word, sizeof(word));
    }
  }

  // Lanes of a serial word beyond the products in use.
  void spoil_unused_lanes(void* port, std::int64_t index, std::int64_t last_lanes) const {
    if (point_.pe != timing::Pe::kSerial || last_lanes >= timing::kLanes) return;
    std::uint32_t word = 0;
    std::uint32_t* const at = static_cast<std::uint32_t*>(port) + index;
    std::memcpy(&word, at, sizeof(word));
    word |= bits(static_cast<std::uint64_t>(index)) & ~0u << last_lanes;
    std::memcpy(at, &word, sizeof(word));
  }

  // A row that was offered and not taken must still be there.
  void check_waiting_row(const Tile& tile) {
    const auto* results = reinterpret_cast<const std::uint32_t*>(&array_.results_o);
    if (!waiting_row_.empty() && !std::equal(waiting_row_.begin(), waiting_row_.end(), results))
      throw RunError("array: expected a row of results to wait until it is taken, found it changed");
    waiting_row_.clear();
    if (array_.result_ready_i == 0) waiting_row_.assign(results, results + tile.cols);
  }

  void take(const Tile& tile, std::int64_t row) {
    const std::int64_t num_rows = WeightStationary ? tile.steps : tile.rows;
    if (row < num_rows) copy(tile.results + row * point_.cols, &array_.results_o, point_.cols);
  }

  static void copy(void* to, const void* from, std::int64_t words) {
    std::memcpy(to, from, static_cast<std::size_t>(words) * sizeof(std::uint32_t));
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
    if (array_.overflow_o != 0) {
      counts_.overflow = true;
      throw SumOverflow(cycles);
    }
    return cycles;
  }

  timing::HardwarePoint point_;
  VerilatedContext context_;
  Verilated array_;
  std::int64_t a_planes_ = 1, b_planes_ = 1;
  Stress stress_;
  StressCounts counts_;
  std::int64_t stress_cycle_ = 0, reset_cycle_ = 0;
  bool clears_ = true;                      // the tile clears the counters
  Counters before_;                         // what it adds to
  std::vector<std::uint32_t> waiting_row_;  // that was offered in the last cycle and not taken
};

}  // namespace ampa::rtl
