// Random packed words on one verilated processing element (ampa_pe_bench) and random numbers on the accumulator,
// checked against plain sums.
#pragma once

#include "array_bench.h"

namespace ampa::replay {

// What both benches share: a clock, a reset, and the sum that is expected.
template <class Model>
class SumBench {
 public:
  explicit SumBench(std::uint64_t seed) : random_(seed), model_(&context_, "") {
    model_.clk_i = 0;
    reset();
  }
  ~SumBench() { model_.final(); }

 protected:
  int draw(int below) { return static_cast<int>(random_() % static_cast<std::uint64_t>(below)); }

  void reset() {
    model_.rst_ni = 0;
    model_.clear_i = 0;
    model_.enable_i = 1;
    clock();
    model_.rst_ni = 1;
    sum_ = 0;
    overflow_ = false;
  }

  // One cycle in which `product` is on the way to the accumulator.
  void add(std::int64_t product) {
    model_.clear_i = draw(40) == 0 ? 1 : 0;
    model_.enable_i = draw(4) != 0 ? 1 : 0;
    clock();
    if (model_.clear_i != 0) {
      sum_ = 0;
      overflow_ = false;
    } else if (model_.enable_i != 0) {
      const std::int64_t sum = sum_ + product;
      sum_ = static_cast<std::int32_t>(static_cast<std::uint32_t>(sum));
      overflow_ = overflow_ || sum != sum_;
    }
    if (model_.acc_o != static_cast<std::uint32_t>(sum_) || (model_.overflow_o != 0) != overflow_)
      throw MismatchError(fmt::format("accumulator: expected {} ({}), found {} ({})", sum_, overflow_,
                                      static_cast<std::int32_t>(model_.acc_o), model_.overflow_o != 0));
    if (draw(500) == 0) reset();
  }

  void clock() {
    model_.clk_i = 1;
    model_.eval();
    model_.clk_i = 0;
    model_.eval();
  }

  std::mt19937_64 random_;
  VerilatedContext context_;
  Model model_;
  std::int64_t sum_ = 0;
  bool overflow_ = false;
};

template <class Model>
class AccumulatorBench : public SumBench<Model> {
 public:
  using SumBench<Model>::SumBench;

  void run(int num_cycles) {
    for (int i = 0; i < num_cycles; ++i) {
      const auto product =
          static_cast<std::int32_t>(static_cast<std::uint32_t>(this->random_()) >> (this->draw(4) * 8));
      this->model_.product_i = static_cast<std::uint32_t>(product);
      this->add(product);
    }
  }
};

template <class Model>
class PeBench : public SumBench<Model> {
 public:
  PeBench(Pe pe, int lanes, std::uint64_t seed) : SumBench<Model>(seed), pe_(pe), lanes_(lanes) {}

  void run(int num_cycles) {
    for (int i = 0; i < num_cycles; ++i) {
      const Format a = draw_format(), b = draw_format();
      const int a_plane = this->draw(a.planes(pe_)), b_plane = this->draw(b.planes(pe_));
      const int lanes = pe_ == Pe::kSerial ? this->draw(lanes_ + 1) : 1;
      const std::uint32_t a_word = draw_word(), b_word = draw_word();
      this->model_.a_bits_i = static_cast<std::uint8_t>(a.bits);
      this->model_.b_bits_i = static_cast<std::uint8_t>(b.bits);
      this->model_.a_kind_i = static_cast<std::uint8_t>(a.kind);
      this->model_.b_kind_i = static_cast<std::uint8_t>(b.kind);
      this->model_.a_plane_i = static_cast<std::uint8_t>(a_plane);
      this->model_.b_plane_i = static_cast<std::uint8_t>(b_plane);
      this->model_.lanes_i = static_cast<std::uint8_t>(lanes);
      this->model_.a_words_i = a_word;
      this->model_.b_words_i = b_word;
      this->add(pe_ == Pe::kSerial ? plane_sum(a, b, a_word, b_word, a_plane, b_plane, lanes)
                                   : slice_sum(pe_, a, b, &a_word, &b_word, 1));
    }
  }

 private:
  Format draw_format() {
    if (pe_ == Pe::kSerial && this->draw(4) == 0) return {1, this->draw(2) == 0 ? kTwoLevel : kUnsigned};
    return {2 + this->draw(7), this->draw(2)};
  }

  std::uint32_t draw_word() {
    static constexpr std::uint32_t kDirected[] = {0, 0xFFFFFFFFU, 0x80808080U, 0x7F7F7F7FU, 0xAAAAAAAAU, 0x55555555U};
    const int choice = this->draw(16);
    return choice < 6 ? kDirected[choice] : static_cast<std::uint32_t>(this->random_());
  }

  Pe pe_;
  int lanes_;
};

}  // namespace ampa::replay
