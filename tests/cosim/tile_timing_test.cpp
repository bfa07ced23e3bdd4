// Tight timing from both sides, on the verilated array itself: not yet at one clock edge, there at the next.
#include <catch2/catch.hpp>
#include <cstring>

#include "ampa_verilated_points.h"
#include "array/verilated_array.h"
#include "timing/tile_cycles.h"

using namespace ampa;

namespace {

constexpr int kRows = 8, kCols = 4;

class Bench {
 public:
  Bench() : array_(&context_, "") {
    array_.rst_ni = 0;
    clock();
    array_.rst_ni = 1;
  }

  void start(std::int64_t steps, std::int64_t rows, std::int64_t cols, bool clear_counters = true) {
    array_.a_width_i = array_.b_width_i = 3;
    array_.a_signed_i = array_.b_signed_i = 1;
    array_.steps_i = static_cast<std::uint32_t>(steps);
    array_.rows_i = static_cast<std::uint16_t>(rows);
    array_.cols_i = static_cast<std::uint16_t>(cols);
    array_.clear_counters_i = clear_counters;
    array_.operand_valid_i = 1;
    const std::uint32_t ones[kRows] = {1, 1, 1, 1, 1, 1, 1, 1};
    std::memcpy(&array_.a_words_i, ones, sizeof(std::uint32_t) * kRows);
    std::memcpy(&array_.b_words_i, ones, sizeof(std::uint32_t) * kCols);
    array_.start_i = 1;
    clock();
    array_.start_i = 0;
  }

  void clock(std::int64_t edges = 1) {
    for (; edges > 0; --edges) {
      array_.clk_i = 1;
      array_.eval();
      array_.clk_i = 0;
      array_.eval();
    }
  }

  std::int32_t result(int col) const {
    std::int32_t results[kCols];
    std::memcpy(results, &array_.results_o, sizeof(results));
    return results[col];
  }

  Vampa_fused_8x4& array() { return array_; }

 private:
  VerilatedContext context_;
  Vampa_fused_8x4 array_;
};

struct Size {
  std::int64_t steps, rows, cols;
};
const std::vector<Size> kSizes{{1, 1, 1}, {1, 8, 4}, {2, 8, 1}, {5, 1, 4}, {9, 3, 2}, {40, 8, 4}};

}  // namespace

TEST_CASE("a tile is busy until its last cycle and not longer", "[cosim][timing]") {
  for (const Size size : kSizes) {
    Bench bench;
    bench.start(size.steps, size.rows, size.cols);
    bench.clock(timing::tile_cycles(size.steps, size.rows, size.cols).total() - 2);
    CHECK(bench.array().busy_o == 1);
    bench.clock();
    CHECK(bench.array().busy_o == 0);
  }
}

TEST_CASE("operands are taken from the second cycle on, one step per cycle", "[cosim][timing]") {
  for (const Size size : kSizes) {
    Bench bench;
    CHECK(bench.array().operand_ready_o == 0);
    bench.start(size.steps, size.rows, size.cols);
    for (std::int64_t step = 0; step < size.steps; ++step) {
      CHECK(bench.array().operand_ready_o == 1);
      CHECK(bench.array().step_o == static_cast<std::uint32_t>(step));
      bench.clock();
    }
    CHECK(bench.array().operand_ready_o == 0);
  }
}

TEST_CASE("results appear rows + cols cycles after the last step, row by row", "[cosim][timing]") {
  for (const Size size : kSizes) {
    Bench bench;
    bench.start(size.steps, size.rows, size.cols);
    bench.clock(size.steps + size.rows + size.cols - 1);
    CHECK(bench.array().result_valid_o == 0);
    for (std::int64_t row = 0; row < size.rows; ++row) {
      bench.clock();
      CHECK(bench.array().result_valid_o == 1);
      for (int col = 0; col < size.cols; ++col) CHECK(bench.result(col) == size.steps);
    }
    bench.clock();
    CHECK(bench.array().result_valid_o == 0);
  }
}

TEST_CASE("the last element in use is complete in the first drain cycle and not in the cycle before",
          "[cosim][timing]") {
  Bench bench;
  bench.start(5, 1, 4);
  bench.clock(5 + 1 + 4 - 1);
  CHECK(bench.result(3) == 4);
  bench.clock();
  CHECK(bench.result(3) == 5);
}

TEST_CASE("counters split a tile into compute and fill/drain cycles and add up over tiles", "[cosim][timing]") {
  Bench bench;
  gemm::JobCycles expected;
  for (const Size size : kSizes) {
    bench.start(size.steps, size.rows, size.cols, &size == &kSizes.front() || expected.total() == 0);
    while (bench.array().busy_o != 0) bench.clock();
    const gemm::JobCycles cycles = timing::tile_cycles(size.steps, size.rows, size.cols);
    expected.compute += cycles.compute;
    expected.fill_drain += cycles.fill_drain;
    CHECK(bench.array().compute_cycles_o == static_cast<std::uint64_t>(expected.compute));
    CHECK(bench.array().fill_drain_cycles_o == static_cast<std::uint64_t>(expected.fill_drain));
    CHECK(bench.array().stall_cycles_o == 0);
  }
  bench.start(3, 2, 2);
  while (bench.array().busy_o != 0) bench.clock();
  CHECK(bench.array().compute_cycles_o == 3);
}

TEST_CASE("an idle array counts nothing", "[cosim][timing]") {
  Bench bench;
  bench.clock(50);
  CHECK(bench.array().compute_cycles_o + bench.array().fill_drain_cycles_o + bench.array().stall_cycles_o == 0);
}

TEST_CASE("missing operands stall the feed and change no sum", "[cosim][timing]") {
  const std::int64_t steps = 23;
  std::vector<std::uint32_t> a(steps * kRows), b(steps * kCols);
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<std::uint32_t>(i * 2654435761u);
  for (std::size_t i = 0; i < b.size(); ++i) b[i] = static_cast<std::uint32_t>(i * 40503u + 77u);
  std::vector<std::int32_t> plain(kRows * kCols), stalled(kRows * kCols);
  systemc::Tile tile{1, 2, true, false, steps, 7, 3, a.data(), b.data(), plain.data()};
  systemc::VerilatedArray<Vampa_fused_8x4> array(kRows, kCols);
  const gemm::JobCycles expected = array.run_tile(tile);
  CHECK(array.stress_counts().counted_stalls == 0);
  tile.results = stalled.data();
  systemc::Stress stress;
  stress.seed = 3;
  stress.operand_stall_percent = 70;
  array.set_stress(stress);
  const gemm::JobCycles found = array.run_tile(tile);
  CHECK(found == expected);
  CHECK(array.stress_counts().counted_stalls == array.stress_counts().injected_stalls);
  CHECK(array.stress_counts().injected_stalls >= steps);
  for (int row = 0; row < 7; ++row)
    for (int col = 0; col < 3; ++col) CHECK(plain[row * kCols + col] == stalled[row * kCols + col]);
}

TEST_CASE("a reset in the middle of a tile leaves an array like new", "[cosim][timing]") {
  Bench bench;
  bench.start(20, 8, 4);
  bench.clock(9);
  bench.array().rst_ni = 0;
  bench.clock();
  bench.array().rst_ni = 1;
  CHECK(bench.array().busy_o == 0);
  CHECK(bench.array().compute_cycles_o == 0);
  bench.start(2, 1, 1);
  bench.clock(2 + 1 + 1);
  CHECK(bench.result(0) == 2);
}
