// Tight timing from both sides, on the verilated array itself: not yet at one clock edge, there at the next.
#include <catch2/catch.hpp>
#include <cstring>

#include "ampa_verilated_points.h"
#include "rtl/array/stressed_array.h"
#include "timing/tile_cycles.h"

using namespace ampa;

namespace {

constexpr int kRows = 8, kCols = 4;
constexpr CodeFormat kByte{8, true};

// An array of kRows x kCols that is fed ones.
class Bench {
 public:
  Bench() : array_(&context_, "") {
    array_.rst_ni = 0;
    clock();
    array_.rst_ni = 1;
  }

  void start(std::int64_t steps, std::int64_t rows, std::int64_t cols, bool clear_counters = true) {
    array_.a_bits_i = array_.b_bits_i = 8;
    array_.a_kind_i = array_.b_kind_i = 1;
    array_.steps_i = static_cast<std::uint32_t>(steps);
    array_.last_lanes_i = 1;
    array_.rows_i = static_cast<std::uint16_t>(rows);
    array_.cols_i = static_cast<std::uint16_t>(cols);
    array_.clear_counters_i = clear_counters;
    array_.operand_valid_i = 1;
    array_.result_ready_i = 1;
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

gemm::JobCycles tile_cycles(std::int64_t steps, std::int64_t rows, std::int64_t cols) {
  return timing::tile_cycles(timing::point_from_string("fused-8x4"), kByte, kByte, steps, rows, cols);
}

struct Size {
  std::int64_t steps, rows, cols;
};
const std::vector<Size> kSizes{{1, 1, 1}, {1, 8, 4}, {2, 8, 1}, {5, 1, 4}, {9, 3, 2}, {40, 8, 4}};

}  // namespace

TEST_CASE("a tile is busy until its last cycle and not longer", "[cosim][timing]") {
  for (const Size size : kSizes) {
    Bench bench;
    bench.start(size.steps, size.rows, size.cols);
    bench.clock(tile_cycles(size.steps, size.rows, size.cols).total() - 2);
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
      CHECK(bench.array().a_step_o == static_cast<std::uint32_t>(step));
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
    const gemm::JobCycles cycles = tile_cycles(size.steps, size.rows, size.cols);
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

TEST_CASE("results that are not taken hold the drain and are counted as stalls", "[cosim][timing]") {
  Bench bench;
  bench.start(5, 2, 3);
  bench.clock(5 + 2 + 3);
  REQUIRE(bench.array().result_valid_o == 1);
  bench.array().result_ready_i = 0;
  bench.clock(7);
  CHECK(bench.array().result_valid_o == 1);
  CHECK(bench.array().stall_cycles_o == 7);
  CHECK(bench.result(2) == 5);
  bench.array().result_ready_i = 1;
  bench.clock(2);
  CHECK(bench.array().busy_o == 0);
  CHECK(bench.array().stall_cycles_o == 7);
  CHECK(bench.array().fill_drain_cycles_o == static_cast<std::uint64_t>(tile_cycles(5, 2, 3).fill_drain));
}

namespace {

// A tile with and without stalls on both sides: equal results and cycles.
template <class Verilated, bool WeightStationary>
void check_stalls(const char* name, CodeFormat a_format, CodeFormat b_format) {
  const timing::HardwarePoint point = timing::point_from_string(name);
  const std::int64_t steps = 23;
  std::vector<std::uint32_t> a(steps * 8 * kRows), b(steps * 8 * kRows);
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<std::uint32_t>(i * 2654435761u);
  for (std::size_t i = 0; i < b.size(); ++i) b[i] = static_cast<std::uint32_t>(i * 40503u + 77u);
  std::vector<std::int32_t> plain(steps * kRows), stalled(plain.size());
  rtl::Tile tile;
  tile.a = a_format;
  tile.b = b_format;
  tile.steps = steps;
  tile.rows = point.rows - 1;
  tile.cols = point.cols - 1;
  tile.a_words = a.data();
  tile.b_words = b.data();
  tile.results = plain.data();
  rtl::StressedArray<Verilated, WeightStationary> array(point);
  const gemm::JobCycles expected = array.run_tile(tile);
  CHECK(array.stress_counts().counted_stalls == 0);
  tile.results = stalled.data();
  rtl::Stress stress;
  stress.seed = 3;
  stress.operand_stall_percent = stress.result_stall_percent = 60;
  stress.noise = true;
  array.set_stress(stress);
  CHECK(array.run_tile(tile) == expected);
  CHECK(array.stress_counts().counted_stalls == array.stress_counts().least_stalls);
  CHECK(array.stress_counts().counted_stalls == array.stress_counts().most_stalls);
  CHECK(array.stress_counts().counted_stalls >= steps);
  const std::int64_t num_rows = WeightStationary ? steps : tile.rows;
  for (std::int64_t row = 0; row < num_rows; ++row)
    for (std::int64_t col = 0; col < tile.cols; ++col) {
      const auto i = static_cast<std::size_t>(row * point.cols + col);
      CHECK(plain[i] == stalled[i]);
    }
}

}  // namespace

TEST_CASE("stalls on either side change no sum and no other counter", "[cosim][timing]") {
  check_stalls<Vampa_fused_8x4, false>("fused-8x4", {4, true}, {6, false});
  check_stalls<Vampa_serial_3x5, false>("serial-3x5", {3, true}, {2, false});
  check_stalls<Vampa_int8_ws_4x3, true>("int8-ws-4x3", {8, true}, {8, false});
  check_stalls<Vampa_serial_ws_4x3, true>("serial-ws-4x3", {3, true}, {1, true});
}

TEST_CASE("a weight-stationary tile loads, feeds and gives row m exactly Rows + Cols + 2 cycles after taking it",
          "[cosim][timing]") {
  const timing::HardwarePoint point = timing::point_from_string("fused-ws-4x3");
  VerilatedContext context;
  Vampa_fused_ws_4x3 array(&context, "");
  const auto clock = [&] {
    array.clk_i = 1;
    array.eval();
    array.clk_i = 0;
    array.eval();
  };
  array.rst_ni = 0;
  clock();
  array.rst_ni = 1;
  array.a_bits_i = array.b_bits_i = 8;
  array.steps_i = 30;
  array.rows_i = 3;
  array.cols_i = 2;
  array.clear_counters_i = array.start_i = array.operand_valid_i = array.result_ready_i = 1;
  for (int word = 0; word < 4; ++word) array.a_words_i[word] = 1;
  for (int word = 0; word < 3; ++word) array.b_words_i[word] = 1;
  clock();
  array.start_i = 0;
  for (std::uint32_t slice = 3; slice-- > 0; clock()) {
    CHECK(array.operand_ready_o == 1);
    CHECK(array.b_step_o == slice);
  }
  for (std::uint32_t cycle = 0; cycle < 30 + 4 + 3 + 2; ++cycle) {
    CHECK((array.operand_ready_o != 0) == (cycle < 30));
    if (cycle < 30) CHECK(array.a_step_o == cycle);
    CHECK((array.result_valid_o != 0) == (cycle >= 4 + 3 + 2));
    for (int col = 0; col < 3; ++col) array.psums_i[col] = 100 * cycle;
    if (array.result_valid_o != 0) CHECK(array.results_o[1] == 100 * (cycle - 9) + 3);
    CHECK(array.busy_o == 1);
    clock();
  }
  CHECK(array.busy_o == 0);
  const gemm::JobCycles cycles = timing::tile_cycles(point, kByte, kByte, 30, 3, 2);
  CHECK(array.compute_cycles_o == static_cast<std::uint64_t>(cycles.compute));
  CHECK(array.fill_drain_cycles_o == static_cast<std::uint64_t>(cycles.fill_drain));
}

TEST_CASE("the overflow flag is set by the sum that leaves 32 bits, stays, and is cleared with the counters",
          "[cosim]") {
  VerilatedContext context;
  Vampa_fused_ws_4x3 array(&context, "");
  const auto clock = [&] {
    array.clk_i = 1;
    array.eval();
    array.clk_i = 0;
    array.eval();
  };
  array.rst_ni = 0;
  clock();
  array.rst_ni = 1;
  const auto run = [&](std::uint32_t psum, bool clear) {
    array.a_bits_i = array.b_bits_i = 8;
    array.steps_i = array.rows_i = array.cols_i = 1;
    array.a_words_i[0] = array.b_words_i[0] = 1;
    array.psums_i[0] = psum;
    array.clear_counters_i = clear;
    array.start_i = array.operand_valid_i = array.result_ready_i = 1;
    clock();
    array.start_i = 0;
    std::uint32_t result = 0;
    for (; array.busy_o != 0; clock())
      if (array.result_valid_o != 0) result = array.results_o[0];
    return result;
  };
  CHECK(run(0x7FFFFFFE, true) == 0x7FFFFFFF);
  CHECK(array.overflow_o == 0);
  CHECK(run(0x7FFFFFFF, false) == 0x80000000);
  CHECK(array.overflow_o == 1);
  CHECK(run(5, false) == 6);
  CHECK(array.overflow_o == 1);
  run(5, true);
  CHECK(array.overflow_o == 0);
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
