// A verilated array whose ports are written as a wave: the start and every cycle of each run of tiles, without those
// between them.
#pragma once

#include "rtl/array/port_wave.h"
#include "rtl/array/verilated_array.h"

namespace ampa::rtl {

template <class Verilated, bool WeightStationary>
class WavedArray : public VerilatedArray<Verilated, WeightStationary> {
 public:
  WavedArray(const timing::HardwarePoint& point, const std::string& path) : Driver(point), wave_(path) {
    const auto rows = static_cast<int>(32 * point.rows * a_word_size_);
    const auto cols = static_cast<int>(32 * point.cols * b_word_size_);
    wave_.add("rst_ni", 1, &array_.rst_ni);
    wave_.add("start_i", 1, &array_.start_i);
    wave_.add("a_bits_i", 4, &array_.a_bits_i);
    wave_.add("b_bits_i", 4, &array_.b_bits_i);
    wave_.add("a_kind_i", 2, &array_.a_kind_i);
    wave_.add("b_kind_i", 2, &array_.b_kind_i);
    wave_.add("steps_i", 32, &array_.steps_i);
    wave_.add("rows_i", 16, &array_.rows_i);
    wave_.add("cols_i", 16, &array_.cols_i);
    wave_.add("busy_o", 1, &array_.busy_o);
    if constexpr (HasOverlap<Verilated>::value) wave_.add("start_ready_o", 1, &array_.start_ready_o);
    wave_.add("operand_ready_o", 1, &array_.operand_ready_o);
    wave_.add("a_step_o", 32, &array_.a_step_o);
    wave_.add("b_step_o", 32, &array_.b_step_o);
    wave_.add("operand_valid_i", 1, &array_.operand_valid_i);
    wave_.add("a_words_i", rows, &array_.a_words_i);
    wave_.add("b_words_i", cols, &array_.b_words_i);
    if constexpr (WeightStationary) wave_.add("psums_i", static_cast<int>(32 * point.cols), &array_.psums_i);
    wave_.add("result_valid_o", 1, &array_.result_valid_o);
    wave_.add("result_ready_i", 1, &array_.result_ready_i);
    wave_.add("results_o", static_cast<int>(32 * point.cols), &array_.results_o);
    wave_.add("overflow_o", 1, &array_.overflow_o);
    wave_.add("compute_cycles_o", 64, &array_.compute_cycles_o);
    wave_.add("fill_drain_cycles_o", 64, &array_.fill_drain_cycles_o);
    wave_.add("stall_cycles_o", 64, &array_.stall_cycles_o);
  }

 protected:
  void before_start() override { wave_.sample(); }
  void before_results(const Tile&) override {
    array_.eval();
    wave_.sample();
  }

 private:
  using Driver = VerilatedArray<Verilated, WeightStationary>;
  using Driver::a_word_size_;
  using Driver::array_;
  using Driver::b_word_size_;

  PortWave wave_;
};

}  // namespace ampa::rtl
