// Clocks one verilated array, whatever its processing elements, dataflow and size. Never included together with
// SystemC: both declare sc_time_stamp.
#pragma once

#include <fmt/format.h>
#include <verilated.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <string>
#include <type_traits>
#include <vector>

#include "common/error.h"
#include "rtl/array/array_model.h"
#include "rtl/rtl_coverage.h"
#include "timing/grid_cycles.h"
#include "timing/tile_cycles.h"

namespace ampa::rtl {

// Whether tiles overlap in an array: whether it takes a start while it is busy.
template <class Verilated, class = void>
struct HasOverlap : std::false_type {};
template <class Verilated>
struct HasOverlap<Verilated, std::void_t<decltype(std::declval<Verilated&>().start_ready_o)>> : std::true_type {};

// Verilated is ampa_os_array, a grid, or, if WeightStationary, ampa_ws_array. Operands are offered and results taken in
// every cycle; stressed_array.h does otherwise, for which it overrides what is virtual here. Model is ArrayModel or
// derived from it.
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
    if (!kOverlaps) leaving_.clear();
    begin_call(tile);
    if (leaving_.empty()) {
      before_tile(tile);
      start(tile);
      ++edges_;
    } else {
      // It is started while the last words of the tile before are fed.
      cycle(&tile);
      while (words_left_ > 0) cycle();
      feed(tile);
    }
    leaving_.push_back({tile, 0});
    if (!kOverlaps) return finish_call();
    while (words_left_ > 1) cycle();
    return checked_cycles();
  }

  gemm::JobCycles finish() override {
    if (leaving_.empty()) return {};
    begin_call(fed_);
    return finish_call();
  }

  // As after power-on.
  void reset() {
    leaving_.clear();
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

  // The first tile of a run, in the idle array.
  void start(const Tile& tile) {
    describe(tile);
    feed(tile);
    array_.clear_counters_i = clears_ ? 1 : 0;
    array_.operand_valid_i = 0;
    array_.start_i = 1;
    before_start();
    clock();
    array_.start_i = 0;
  }

  void describe(const Tile& tile) {
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
  }

  // What begins before the start of a run, with note_counters.
  virtual void before_tile(const Tile&) { note_counters(true); }

  // In the start cycle, with its inputs set.
  virtual void before_start() {}

  // Sets the inputs of a cycle of a tile.
  virtual void present(const Tile& tile) {
    if (offer(true, true)) offer_words(tile);
  }

  // In every cycle of a tile, with its inputs set; of overlapping tiles the one whose results are offered.
  virtual void before_results(const Tile&) {}

  // The stalls that the array counted since the last call, its flag if it has ended.
  virtual void after_tile(std::int64_t, bool) {}

  // How many words of a port are offered: of those in use, or of all that it has.
  virtual std::int64_t num_offered(std::int64_t, std::int64_t all) const { return all; }

  // What the counters of the run that starts next are compared with: zeros, if its start clears them.
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
  static constexpr bool kOverlaps = HasOverlap<Verilated>::value;

  // A tile of which not all results have been taken.
  struct Leaving {
    Tile tile;
    std::int64_t rows_taken = 0;
    std::int64_t num_rows() const { return WeightStationary ? tile.steps : tile.rows; }
  };

  void begin_call(const Tile& tile) {
    edges_ = 0;
    const std::int64_t rows = timing::result_places(point_) + point_.rows;  // that may have to leave before
    const gemm::JobCycles alone = timing::tile_cycles(point_, tile.a, tile.b, tile.steps, tile.rows, tile.cols);
    most_edges_ = 16 * (alone.total() + (kOverlaps ? rows : 0)) + 64;
  }

  // The words of a tile are the next to be fed. The last ones are kept: they may be wanted when the tile's are no
  // longer there.
  void feed(const Tile& tile) {
    fed_ = tile;
    words_left_ = tile.steps * a_planes_;
    if constexpr (kOverlaps) {
      const std::int64_t rows = point_.rows * a_word_size_, cols = point_.cols * b_word_size_;
      if (tile.a_words == nullptr || tile.b_words == nullptr || words_left_ < 1) return;
      last_a_.assign(tile.a_words + (words_left_ - 1) * rows, tile.a_words + words_left_ * rows);
      last_b_.assign(tile.b_words + (tile.steps - 1) * cols, tile.b_words + tile.steps * cols);
    }
  }

  // A clock cycle, in which a tile may be started.
  void cycle(const Tile* started = nullptr) {
    present(fed_);
    if constexpr (kOverlaps) {
      if (started != nullptr) describe(*started);
      if (array_.start_ready_o != 0) array_.start_i = started != nullptr ? 1 : 0;
      if (array_.operand_ready_o != 0 && array_.operand_valid_i != 0) --words_left_;
    }
    before_results(leaving_.empty() ? fed_ : leaving_.front().tile);
    if (array_.result_valid_o != 0 && array_.result_ready_i != 0) take();
    clock();
    if (++edges_ > most_edges_)
      throw RunError(fmt::format("array: expected a tile to end, found it busy after {} cycles", edges_));
  }

  void take() {
    if (leaving_.empty()) throw RunError("array: expected no more rows of results than tiles have, found another");
    Leaving& tile = leaving_.front();
    copy(tile.tile.results + tile.rows_taken * point_.cols, &array_.results_o, point_.cols);
    if (++tile.rows_taken == tile.num_rows()) leaving_.pop_front();
  }

  // Output stationary: the array counts the words.
  void offer_planes(const Tile& tile) {
    const std::int64_t rows = point_.rows * a_word_size_, cols = point_.cols * b_word_size_;
    const std::int64_t a_step = array_.a_step_o, b_step = array_.b_step_o;
    const bool is_kept = kOverlaps && a_step == tile.steps * a_planes_ - 1;
    put(&array_.a_words_i, is_kept ? last_a_.data() : tile.a_words + a_step * rows, tile.rows * a_word_size_, rows);
    put(&array_.b_words_i, is_kept ? last_b_.data() : tile.b_words + b_step * cols, tile.cols * b_word_size_, cols);
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

  gemm::JobCycles finish_call() {
    while (array_.busy_o != 0) cycle();
    array_.start_i = 0;
    const gemm::JobCycles cycles = checked_cycles();
    if (!leaving_.empty())
      throw RunError(fmt::format("array: expected {} rows of results, found {}", leaving_.front().num_rows(),
                                 leaving_.front().rows_taken));
    if (array_.overflow_o != 0) throw SumOverflow(cycles);
    return cycles;
  }

  // The cycles of a call, checked.
  gemm::JobCycles checked_cycles() {
    const Counters now = counters();
    const gemm::JobCycles cycles{now.compute - before_.compute, now.fill_drain - before_.fill_drain};
    const std::int64_t stalls = now.stalls - before_.stalls;
    after_tile(stalls, array_.busy_o == 0 && array_.overflow_o != 0);
    if (cycles.total() + stalls != edges_)
      throw RunError(fmt::format("array: expected counters to add up to {} clock edges, found {} + {} + {}", edges_,
                                 cycles.compute, cycles.fill_drain, stalls));
    before_ = now;
    return cycles;
  }

  bool clears_ = true;                       // the run clears the counters
  Counters before_;                          // what a call adds to
  std::int64_t edges_ = 0, most_edges_ = 0;  // of a call
  Tile fed_;                                 // the last tile that was started
  std::int64_t words_left_ = 0;              // of it, that have not been fed
  std::vector<std::uint32_t> last_a_, last_b_;
  std::deque<Leaving> leaving_;
};

}  // namespace ampa::rtl
