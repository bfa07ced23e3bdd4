// Runs of overlapping tiles: the verilated grid against the transaction-level model, call by call.
#include <catch2/catch.hpp>
#include <memory>
#include <random>

#include "rtl/array/stressed_model.h"
#include "timing/grid_cycles.h"
#include "timing/tile_cycles.h"
#include "tlm/array/transaction_model.h"

using namespace ampa;

namespace {

struct Shape {
  std::int64_t steps, rows, cols;
};

// Tiles of a run with words and results of their own.
class Tiles {
 public:
  Tiles(const timing::HardwarePoint& point, const std::vector<Shape>& shapes, bool is_signed, std::mt19937& random)
      : words_(shapes.size()), results_(shapes.size()) {
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      rtl::Tile tile;
      tile.a = {8, is_signed};
      tile.b = {8, !is_signed || random() % 2 == 0};
      if (i > 0) tile.b = tiles_[0].b;
      tile.steps = shapes[i].steps;
      tile.rows = shapes[i].rows;
      tile.cols = shapes[i].cols;
      words_[i].resize(static_cast<std::size_t>(4 * tile.steps * (point.rows + point.cols) * 8));
      for (std::uint32_t& word : words_[i]) word = random();
      results_[i].assign(static_cast<std::size_t>(point.rows * point.cols), 7);
      tile.a_words = words_[i].data();
      tile.b_words = words_[i].data() + 4 * tile.steps * point.rows * 8;
      tiles_.push_back(tile);
    }
  }

  // The cycles of every call of the run. Words of a tile are overwritten when it has been handed over.
  std::vector<gemm::JobCycles> run(rtl::ArrayModel& model) {
    std::vector<gemm::JobCycles> cycles;
    for (std::size_t i = 0; i < tiles_.size(); ++i) {
      std::vector<std::uint32_t> words = words_[i];
      rtl::Tile tile = tiles_[i];
      tile.b_words = words.data() + (tile.b_words - tile.a_words);
      tile.a_words = words.data();
      tile.results = results_[i].data();
      cycles.push_back(model.run_tile(tile));
      std::fill(words.begin(), words.end(), 0xDEADBEEF);
    }
    cycles.push_back(model.finish());
    return cycles;
  }

  // What is in use of them, which is forgotten.
  std::vector<std::int32_t> results(const timing::HardwarePoint& point) {
    std::vector<std::int32_t> all;
    for (std::size_t i = 0; i < tiles_.size(); ++i) {
      for (std::int64_t row = 0; row < tiles_[i].rows; ++row)
        for (std::int64_t col = 0; col < tiles_[i].cols; ++col)
          all.push_back(results_[i][static_cast<std::size_t>(row * point.cols + col)]);
      std::fill(results_[i].begin(), results_[i].end(), 7);
    }
    return all;
  }

 private:
  std::vector<rtl::Tile> tiles_;
  std::vector<std::vector<std::uint32_t>> words_;
  std::vector<std::vector<std::int32_t>> results_;
};

std::vector<Shape> random_shapes(const timing::HardwarePoint& point, std::mt19937& random) {
  const std::int64_t cols = timing::usable_cols(point, {8, true}, {8, true});
  std::vector<Shape> shapes(1 + random() % 40);
  const std::int64_t most_steps = random() % 3 == 0 ? 1 : 1 + static_cast<std::int64_t>(random() % 12);
  for (Shape& shape : shapes)
    shape = {1 + static_cast<std::int64_t>(random()) % most_steps, 1 + static_cast<std::int64_t>(random()) % point.rows,
             1 + static_cast<std::int64_t>(random()) % cols};
  return shapes;
}

}  // namespace

TEST_CASE("runs of random tiles on grids: rtl and tlm agree call by call, whatever stalls", "[cosim][timing]") {
  std::mt19937 random(19);
  for (const timing::HardwarePoint& point : timing::design_points()) {
    if (!point.verilated || !timing::pe_formats(point.pe).is_grid) continue;
    const std::unique_ptr<rtl::StressedModel> rtl = rtl::make_stressed_model(point);
    const std::unique_ptr<rtl::ArrayModel> tlm = tlm::make_transaction_model(point);
    for (int i = 0; i < 24; ++i) {
      INFO(point.name << ", run " << i);
      Tiles tiles(point, random_shapes(point, random), i % 2 == 0, random);
      const std::vector<gemm::JobCycles> expected = tiles.run(*tlm);
      const std::vector<std::int32_t> sums = tiles.results(point);
      rtl::Stress stress;
      stress.seed = random();
      stress.noise = i % 3 != 0;
      stress.operand_stall_percent = i % 4 < 2 ? 0 : 45;
      stress.result_stall_percent = i % 8 < 4 ? 0 : i % 8 == 7 ? 90 : 45;
      rtl->set_stress(stress);
      CHECK(tiles.run(*rtl) == expected);
      CHECK(tiles.results(point) == sums);
      const rtl::StressCounts counts = rtl->stress_counts();
      CHECK(counts.counted_stalls >= counts.least_stalls);
      CHECK(counts.counted_stalls <= counts.most_stalls);
      if (stress.result_stall_percent == 0) CHECK(counts.counted_stalls == counts.least_stalls);
    }
  }
}

TEST_CASE("results of a grid are complete when their place is used again, and not always before", "[cosim]") {
  const timing::HardwarePoint point = timing::point_from_string("mul8-3x5");
  const std::unique_ptr<rtl::StressedModel> model = rtl::make_stressed_model(point);
  rtl::Stress stress;
  stress.seed = 4;
  stress.result_stall_percent = 90;
  model->set_stress(stress);
  const std::vector<std::uint32_t> words(static_cast<std::size_t>(point.rows + point.cols), 1);
  const auto places = static_cast<std::size_t>(timing::result_places(point));
  std::vector<std::vector<std::int32_t>> results(3 * places, std::vector<std::int32_t>(15, -1));
  rtl::Tile tile;
  tile.a = tile.b = {8, true};
  tile.a_words = tile.b_words = words.data();
  std::size_t open = 0;
  for (std::size_t i = 0; i < results.size(); ++i) {
    tile.results = results[i].data();
    model->run_tile(tile);
    if (i + 1 < places) continue;
    CHECK(results[i + 1 - places][0] == 1);
    open += results[i + 2 - places][0] == 1 ? 0 : 1;
  }
  CHECK(open > 0);
  model->finish();
  CHECK(results.back()[0] == 1);
}
