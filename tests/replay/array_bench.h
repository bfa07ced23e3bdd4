// Random tiles on a small verilated array of any processing element and dataflow, checked against plain sums of
// products.
//
// Formats, sizes, operands, stalls on both sides, resets in the middle and the order of tiles are drawn from a seed.
#pragma once

#include <fmt/format.h>
#include <verilated.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "common/error.h"

namespace ampa::replay {

constexpr int kStepWidth = 8;  // of the recorded arrays, as targets.json has them

enum class Pe { kInt8, kFused, kSerial };
enum Kind : int { kUnsigned, kSigned, kTwoLevel };

struct Format {
  int bits = 8;
  int kind = kUnsigned;

  int planes(Pe pe) const { return pe == Pe::kSerial ? bits : 1; }
  // Bits as the array reads them: fused elements run odd widths in the next even one.
  int read_bits(Pe pe) const { return pe == Pe::kFused ? (bits + 1) / 2 * 2 : bits; }
  int side(Pe pe) const { return pe == Pe::kFused ? (bits <= 2 ? 4 : bits <= 4 ? 2 : 1) : 1; }
  int container(Pe pe) const { return pe == Pe::kFused && bits <= 4 ? (bits <= 2 ? 2 : 4) : 8; }

  std::int64_t value(std::uint32_t code, int width) const {
    if (kind == kTwoLevel) return (code & 1) != 0 ? 1 : -1;
    const std::int64_t value = code & ((1U << width) - 1);
    return kind == kSigned && (value >> (width - 1)) != 0 ? value - (std::int64_t{1} << width) : value;
  }
};

// `a` and `b` are the packed words of one slice, one per plane; `lanes` counts for serial elements.
inline std::int64_t slice_sum(Pe pe, const Format& fa, const Format& fb, const std::uint32_t* a, const std::uint32_t* b,
                              int lanes) {
  const auto code = [pe](const Format& format, const std::uint32_t* words, int k) {
    if (pe != Pe::kSerial) return words[0] >> (format.container(pe) * k);
    std::uint32_t bits = 0;
    for (int plane = 0; plane < format.bits; ++plane) bits |= (words[plane] >> k & 1) << plane;
    return bits;
  };
  const int num = pe == Pe::kSerial ? lanes : fa.side(pe) * fb.side(pe);
  std::int64_t sum = 0;
  for (int k = 0; k < num; ++k)
    sum += fa.value(code(fa, a, k), fa.read_bits(pe)) * fb.value(code(fb, b, k), fb.read_bits(pe));
  return sum;
}

// One plane of each side of a serial element.
inline std::int64_t plane_sum(const Format& fa, const Format& fb, std::uint32_t a, std::uint32_t b, int a_plane,
                              int b_plane, int lanes) {
  const auto value = [](const Format& format, std::uint32_t word, int lane, int plane) {
    const std::int64_t one = word >> lane & 1;
    if (format.kind == kTwoLevel) return 2 * one - 1;
    return format.kind == kSigned && plane == format.bits - 1 ? -(one << plane) : one << plane;
  };
  std::int64_t sum = 0;
  for (int lane = 0; lane < lanes; ++lane) sum += value(fa, a, lane, a_plane) * value(fb, b, lane, b_plane);
  return sum;
}

template <class Model, bool WeightStationary>
class ArrayBench {
 public:
  ArrayBench(Pe pe, int rows, int cols, int lanes, std::uint64_t seed)
      : pe_(pe), rows_(rows), cols_(cols), lanes_(lanes), random_(seed), model_(&context_, "") {
    reset();
  }
  ~ArrayBench() { model_.final(); }

  void run(int num_tiles) {
    for (int tile = 0; tile < num_tiles; ++tile) {
      draw_tile();
      run_tile(draw(16) == 0 ? draw(20) : -1);
    }
  }

 private:
  int draw(int below) { return static_cast<int>(random_() % static_cast<std::uint64_t>(below)); }

  std::uint32_t draw_word() {
    switch (draw(8)) {
      case 0:
        return 0;
      case 1:
        return 0xFFFFFFFFU;
      case 2:
        return 0x80808080U;
      case 3:
        return 0xAAAAAAAAU;
      default:
        return static_cast<std::uint32_t>(random_());
    }
  }

  Format draw_format() {
    if (pe_ == Pe::kSerial && draw(4) == 0) return draw(2) == 0 ? Format{1, kTwoLevel} : Format{1, kUnsigned};
    return {2 + draw(7), draw(2)};
  }

  // In steps, so that step numbers reach every bit that they are counted in.
  int longest_tile() const {
    const int planes = WeightStationary ? 1 : a_.planes(pe_) * b_.planes(pe_);
    return ((1 << kStepWidth) - 1) / planes;
  }

  void draw_tile() {
    a_ = draw_format();
    b_ = draw_format();
    steps_ = 1 + draw(draw(16) == 0 ? longest_tile() : 5);
    used_rows_ = 1 + draw(rows_);
    used_cols_ = 1 + draw(cols_);
    last_lanes_ = pe_ == Pe::kSerial ? 1 + draw(lanes_) : 1 + draw(63);
    stall_percent_ = draw(3) * 30;
    // Output stationary: steps x rows and steps x cols words of each plane; weight stationary: A steps x rows, B rows x
    // cols.
    a_words_.resize(static_cast<std::size_t>(steps_ * rows_ * 8));
    b_words_.resize(static_cast<std::size_t>((WeightStationary ? rows_ : steps_) * cols_ * 8));
    psums_.resize(static_cast<std::size_t>(steps_ * cols_));
    std::generate(a_words_.begin(), a_words_.end(), [this] { return draw_word(); });
    std::generate(b_words_.begin(), b_words_.end(), [this] { return draw_word(); });
    // Some partial sums are so near the end of the range that the sum leaves it.
    std::generate(psums_.begin(), psums_.end(), [this] { return draw(8) == 0 ? 0x7FFFFF00U : draw_word() >> 4; });
    a_plane_ = draw(a_.planes(pe_));
    b_plane_ = draw(b_.planes(pe_));
  }

  void clock() {
    model_.clk_i = 1;
    model_.eval();
    model_.clk_i = 0;
    model_.eval();
  }

  void reset() {
    model_.clk_i = 0;
    model_.rst_ni = 0;
    model_.start_i = 0;
    model_.eval();
    clock();
    model_.rst_ni = 1;
    model_.eval();
  }

  void run_tile(int reset_after) {
    for (int idle = draw(8) == 0 ? draw(5) : 0; idle > 0; --idle) {
      put_noise();
      model_.start_i = 0;
      clock();
    }
    describe_tile();
    model_.start_i = 1;
    clock();
    int result = 0;
    for (int cycle = 0; model_.busy_o != 0; ++cycle) {
      if (cycle == reset_after) return reset();
      if (cycle > 20000) throw MismatchError("array: a tile does not end");
      put_noise();
      model_.operand_valid_i = draw(100) >= stall_percent_ ? 1 : 0;
      model_.result_ready_i = draw(100) >= stall_percent_ ? 1 : 0;
      model_.eval();
      if (model_.operand_valid_i != 0) put_words();
      model_.eval();
      if (model_.result_valid_o != 0 && model_.result_ready_i != 0) check_row(result++);
      // The start of the next tile must not be taken in the last cycle of this one.
      clock();
      if (model_.busy_o == 0) break;
    }
    model_.start_i = 0;
    const int expected = WeightStationary ? steps_ : used_rows_;
    if (result != expected) throw MismatchError(fmt::format("array: expected {} rows, found {}", expected, result));
  }

  void describe_tile() {
    set(model_.a_bits_i, a_.bits);
    set(model_.b_bits_i, b_.bits);
    set(model_.a_kind_i, a_.kind);
    set(model_.b_kind_i, b_.kind);
    set(model_.steps_i, steps_);
    set(model_.last_lanes_i, last_lanes_);
    set(model_.rows_i, used_rows_);
    set(model_.cols_i, used_cols_);
    if constexpr (WeightStationary) {
      set(model_.a_plane_i, a_plane_);
      set(model_.b_plane_i, b_plane_);
    }
    set(model_.clear_counters_i, draw(12) == 0 ? 1 : 0);  // seldom, so that counts reach their upper bits
  }

  // While no tile is taken its description is not looked at, nor are operands that are not offered.
  void put_noise() {
    set(model_.a_bits_i, draw(16));
    set(model_.b_bits_i, draw(16));
    set(model_.a_kind_i, draw(4));
    set(model_.b_kind_i, draw(4));
    set(model_.steps_i, draw_word());
    set(model_.last_lanes_i, draw(64));
    set(model_.rows_i, draw(1 << 16));
    set(model_.cols_i, draw(1 << 16));
    if constexpr (WeightStationary) {
      set(model_.a_plane_i, draw(8));
      set(model_.b_plane_i, draw(8));
    }
    set(model_.start_i, draw(2));
    set(model_.clear_counters_i, draw(2));
    set(model_.operand_valid_i, draw(2));
    set(model_.result_ready_i, draw(2));
    for (int r = 0; r < rows_; ++r) set_word(model_.a_words_i, r, draw_word());
    for (int c = 0; c < cols_; ++c) set_word(model_.b_words_i, c, draw_word());
    if constexpr (WeightStationary)
      for (int c = 0; c < cols_; ++c) set_word(model_.psums_i, c, draw_word());
  }

  template <class Port, class Value>
  static void set(Port& port, Value value) {
    port = static_cast<Port>(value);
  }

  void put_words() {
    for (int r = 0; r < rows_; ++r) {
      const std::size_t step = model_.a_step_o, planes = static_cast<std::size_t>(a_.planes(pe_));
      const std::size_t index =
          WeightStationary ? (step * rows_ + r) * 8 + a_plane_ : (step / planes * rows_ + r) * 8 + step % planes;
      set_word(model_.a_words_i, r, index < a_words_.size() ? a_words_[index] : draw_word());
    }
    for (int c = 0; c < cols_; ++c) {
      const std::size_t step = model_.b_step_o, planes = static_cast<std::size_t>(b_.planes(pe_));
      const std::size_t index =
          WeightStationary ? (step * cols_ + c) * 8 + b_plane_ : (step / planes * cols_ + c) * 8 + step % planes;
      set_word(model_.b_words_i, c, index < b_words_.size() ? b_words_[index] : draw_word());
      if constexpr (WeightStationary) {
        const std::size_t psum = model_.a_step_o * static_cast<std::size_t>(cols_) + c;
        set_word(model_.psums_i, c, psum < psums_.size() ? psums_[psum] : draw_word());
      }
    }
  }

  template <class Port>
  static void set_word(Port& port, int index, std::uint32_t word) {
    if constexpr (std::is_integral_v<Port>)
      port = static_cast<Port>((port & ~(std::uint64_t{0xFFFFFFFF} << (32 * index))) | std::uint64_t{word}
                                                                                           << (32 * index));
    else
      port[index] = word;
  }

  template <class Port>
  static std::uint32_t get_word(const Port& port, int index) {
    if constexpr (std::is_integral_v<Port>)
      return static_cast<std::uint32_t>(port >> (32 * index));
    else
      return port[index];
  }

  void check_row(int row) {
    for (int c = 0; c < used_cols_; ++c) {
      const std::uint32_t expected = WeightStationary ? streamed_sum(row, c) : stationary_sum(row, c);
      const std::uint32_t found = get_word(model_.results_o, c);
      if (found != expected)
        throw MismatchError(
            fmt::format("array: row {} column {}, a {} bits kind {}, b {} bits kind {}: expected {:x}, found {:x}", row,
                        c, a_.bits, a_.kind, b_.bits, b_.kind, expected, found));
    }
  }

  std::uint32_t stationary_sum(int row, int col) const {
    std::int64_t sum = 0;
    for (int s = 0; s < steps_; ++s)
      sum += slice_sum(pe_, a_, b_, &a_words_[(s * rows_ + row) * 8], &b_words_[(s * cols_ + col) * 8],
                       s == steps_ - 1 ? std::min(last_lanes_, lanes_) : lanes_);
    return static_cast<std::uint32_t>(sum);
  }

  // Row `m` of A against the slices that the rows of the array hold; for serial elements of one pair of planes.
  std::uint32_t streamed_sum(int m, int col) const {
    std::int64_t sum = psums_[m * cols_ + col];
    for (int s = 0; s < used_rows_; ++s) {
      const std::uint32_t* a = &a_words_[(m * rows_ + s) * 8];
      const std::uint32_t* b = &b_words_[(s * cols_ + col) * 8];
      const int lanes = s == used_rows_ - 1 ? last_lanes_ : lanes_;
      sum += pe_ == Pe::kSerial ? plane_sum(a_, b_, a[a_plane_], b[b_plane_], a_plane_, b_plane_, lanes)
                                : slice_sum(pe_, a_, b_, a, b, 1);
    }
    return static_cast<std::uint32_t>(sum);
  }

  Pe pe_;
  int rows_, cols_, lanes_;
  std::mt19937_64 random_;
  VerilatedContext context_;
  Model model_;
  Format a_, b_;
  int steps_ = 1, used_rows_ = 1, used_cols_ = 1, last_lanes_ = 1, stall_percent_ = 0, a_plane_ = 0, b_plane_ = 0;
  std::vector<std::uint32_t> a_words_, b_words_, psums_;
};

}  // namespace ampa::replay
