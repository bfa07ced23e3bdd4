// A verilated array under stress: what verilated_array.h does, with operands and results held back, resets and noise.
#pragma once

#include <optional>
#include <type_traits>
#include <vector>

#include "rtl/array/stressed_model.h"
#include "rtl/array/verilated_array.h"

namespace ampa::rtl {

// Whether an array says that it refused a start.
template <class Verilated, class = void>
struct HasErrorOutput : std::false_type {};
template <class Verilated>
struct HasErrorOutput<Verilated, std::void_t<decltype(std::declval<Verilated&>().error_o)>> : std::true_type {};

template <class Verilated, bool WeightStationary>
class StressedArray : public VerilatedArray<Verilated, WeightStationary, StressedModel> {
 public:
  explicit StressedArray(const timing::HardwarePoint& point) : Driver(point) {}

  void set_stress(const Stress& stress) override {
    stress_ = stress;
    counts_ = {};
    first_clock_ = num_clocks_;
    reset_cycle_ = stress.reset_cycle;
  }
  StressCounts stress_counts() const override { return counts_; }

  std::optional<bool> refuses(const Tile& tile) override {
    if constexpr (HasErrorOutput<Verilated>::value) {
      idle();
      const Counters before = this->counters();
      this->start(tile);
      bool refuses = array_.error_o != 0;
      for (int cycle = 0; cycle < kIdleCycles; ++cycle) {
        refuses = refuses && array_.busy_o == 0 && array_.operand_ready_o == 0 && array_.result_valid_o == 0;
        this->clock();
      }
      return refuses && array_.error_o != 0 && this->counters() == before;
    } else {
      return std::nullopt;
    }
  }

 protected:
  void before_tile(const Tile& tile) override {
    if (reset_cycle_ > 0) start_in_vain(tile);
    idle();
    waiting_row_.clear();
  }

  // Counts the cycle if it is to be a stall, or may be one.
  void present(const Tile& tile) override {
    if (stress_.noise) make_noise();
    const bool offered = !happens(bits(0), stress_.operand_stall_percent);
    const bool taken = !happens(bits(1), stress_.result_stall_percent);
    const bool is_fed = this->offer(offered, taken);
    const bool starves = array_.operand_ready_o != 0 && !offered, holds = array_.result_valid_o != 0 && !taken;
    if (starves || (holds && !HasOverlap<Verilated>::value)) ++counts_.least_stalls;
    if (starves || holds) ++counts_.most_stalls;
    if (!is_fed) return;
    this->offer_words(tile);
    if (stress_.noise) spoil_unused_lanes(tile);
  }

  // A row that was offered and not taken must still be there.
  void before_results(const Tile& tile) override {
    if (array_.result_valid_o == 0) return;
    const auto* results = reinterpret_cast<const std::uint32_t*>(&array_.results_o);
    if (!waiting_row_.empty() && !std::equal(waiting_row_.begin(), waiting_row_.end(), results))
      throw RunError("array: expected a row of results to wait until it is taken, found it changed");
    waiting_row_.clear();
    if (array_.result_ready_i == 0) waiting_row_.assign(results, results + tile.cols);
  }

  void after_tile(std::int64_t stalls, bool overflow) override {
    counts_.counted_stalls += stalls;
    counts_.overflow = counts_.overflow || overflow;
  }

  void before_start() override {
    if (stress_.noise) draw_handshakes();
  }

  // Under noise only the words that are in use.
  std::int64_t num_offered(std::int64_t used, std::int64_t all) const override { return stress_.noise ? used : all; }

 private:
  using Driver = VerilatedArray<Verilated, WeightStationary, StressedModel>;
  using Driver::a_planes_;
  using Driver::a_word_size_;
  using Driver::array_;
  using Driver::b_word_size_;
  using Driver::num_clocks_;
  using Driver::point_;
  using Counters = typename Driver::Counters;
  static constexpr int kIdleCycles = 4;               // of a refused start
  static constexpr std::uint64_t kHandshakes = 4095;  // a purpose of stress_bits

  std::uint32_t bits(std::uint64_t purpose) const {
    return stress_bits(stress_.seed, static_cast<std::uint64_t>(num_clocks_ - first_clock_), purpose);
  }

  // The first cycles of a tile that a reset ends.
  void start_in_vain(const Tile& tile) {
    const StressCounts before = counts_;
    this->start(tile);
    for (std::int64_t cycle = 1; cycle < reset_cycle_; ++cycle) {
      present(tile);
      this->clock();
    }
    reset_cycle_ = 0;
    counts_ = before;
    this->reset();
  }

  // Under noise some cycles before a tile, which must count nothing, and now and then a tile that adds to the counts.
  void idle() {
    const std::uint32_t random = stress_.noise ? bits(2) >> 26 : 0;
    this->note_counters((random & 1) == 0);
    for (std::uint32_t cycles = random >> 1 & 3; cycles > 0; --cycles) {
      make_noise();
      array_.start_i = 0;
      draw_handshakes();
      this->clock();
    }
  }

  // Nobody looks at them while no tile runs, nor in the cycle that starts one.
  void draw_handshakes() {
    const std::uint32_t random = bits(kHandshakes);
    array_.operand_valid_i = random & 1;
    array_.result_ready_i = random >> 1 & 1;
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
    noise_words(&array_.a_words_i, point_.rows * a_word_size_, 4);
    noise_words(&array_.b_words_i, point_.cols * b_word_size_, 4 + point_.rows * a_word_size_);
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

  // Lanes of serial words beyond the products in use: those of the last slice.
  void spoil_unused_lanes(const Tile& tile) {
    if (point_.pe != timing::Pe::kSerial || tile.last_lanes >= timing::kLanes) return;
    if constexpr (WeightStationary) {
      if (array_.b_step_o == tile.rows - 1) spoil_words(&array_.b_words_i, 0, tile.cols, tile.last_lanes);
      if (array_.a_step_o < tile.steps) spoil_words(&array_.a_words_i, tile.rows - 1, tile.rows, tile.last_lanes);
    } else if (array_.a_step_o >= (tile.steps - 1) * a_planes_) {
      spoil_words(&array_.a_words_i, 0, tile.rows, tile.last_lanes);
      spoil_words(&array_.b_words_i, 0, tile.cols, tile.last_lanes);
    }
  }

  // The words [begin, end) of a port.
  void spoil_words(void* port, std::int64_t begin, std::int64_t end, std::int64_t last_lanes) const {
    for (std::int64_t i = begin; i < end; ++i) {
      std::uint32_t word = 0;
      std::uint32_t* const at = static_cast<std::uint32_t*>(port) + i;
      std::memcpy(&word, at, sizeof(word));
      word |= bits(static_cast<std::uint64_t>(i)) & ~0u << last_lanes;
      std::memcpy(at, &word, sizeof(word));
    }
  }

  Stress stress_;
  StressCounts counts_;
  std::int64_t first_clock_ = 0, reset_cycle_ = 0;
  std::vector<std::uint32_t> waiting_row_;  // that was offered in the last cycle and not taken
};

}  // namespace ampa::rtl
