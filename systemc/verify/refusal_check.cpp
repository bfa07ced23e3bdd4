#include "verify/refusal_check.h"

#include <fmt/format.h>

#include <vector>

#include "common/error.h"
#include "rtl/array/stressed_model.h"
#include "timing/tile_cycles.h"

namespace ampa::verify {
namespace {

constexpr CodeFormat kSigned8{8, true};
constexpr std::int64_t kMostSize = 65535;  // of rows_i and cols_i

struct WrongStart {
  std::string what;
  rtl::Tile tile;
};

// A tile of one step that every grid runs.
rtl::Tile sound_tile() {
  rtl::Tile tile;
  tile.a = tile.b = kSigned8;
  return tile;
}

std::vector<WrongStart> wrong_starts(const timing::HardwarePoint& point) {
  std::vector<WrongStart> starts;
  const auto add = [&](std::string what, auto change) {
    rtl::Tile tile = sound_tile();
    change(tile);
    starts.push_back({std::move(what), tile});
  };
  const std::int64_t cols = timing::usable_cols(point, kSigned8, kSigned8);
  for (const std::int64_t rows : {std::int64_t{0}, point.rows + 1, kMostSize})
    add(fmt::format("{} rows", rows), [&](rtl::Tile& tile) { tile.rows = rows; });
  for (const std::int64_t columns : {std::int64_t{0}, cols + 1, kMostSize})
    add(fmt::format("{} columns", columns), [&](rtl::Tile& tile) { tile.cols = columns; });
  add("no steps", [](rtl::Tile& tile) { tile.steps = 0; });
  if (const std::int64_t most = timing::pe_formats(point.pe).grid.max_steps; most > 0)
    add(fmt::format("{} steps", most + 1), [&](rtl::Tile& tile) { tile.steps = most + 1; });
  for (const Bits bits : {0, 9, 15}) {
    add(fmt::format("operands of A of {} bits", bits), [&](rtl::Tile& tile) { tile.a.bits = bits; });
    add(fmt::format("operands of B of {} bits", bits), [&](rtl::Tile& tile) { tile.b.bits = bits; });
  }
  return starts;
}

}  // namespace

std::string check_refusals(const timing::HardwarePoint& point, std::int64_t& num_tiles) {
  const std::unique_ptr<rtl::StressedModel> array = rtl::make_stressed_model(point);
  rtl::Stress noise;
  noise.seed = 19;
  noise.noise = true;
  const auto a_size = static_cast<std::size_t>(point.rows * timing::num_words(point.pe, timing::Side::kA) * kMaxBits);
  const auto b_size = static_cast<std::size_t>(point.cols * timing::num_words(point.pe, timing::Side::kB) * kMaxBits);
  const std::vector<std::uint32_t> a(a_size), b(b_size);
  std::vector<std::int32_t> results(static_cast<std::size_t>(point.rows * point.cols));
  for (const WrongStart& start : wrong_starts(point)) {
    array->set_stress(noise);
    const std::optional<bool> refuses = array->refuses(start.tile);
    if (!refuses) return "";
    if (!*refuses)
      return fmt::format("{}: a start with {}: expected the error output and an idle array, found otherwise",
                         point.name, start.what);
    rtl::Tile tile = sound_tile();
    tile.a_words = a.data();
    tile.b_words = b.data();
    tile.results = results.data();
    results.front() = 1;
    try {
      array->run_tile(tile);
      array->finish();
    } catch (const RunError& error) {
      return fmt::format("{}: the tile after a start with {}: {}", point.name, start.what, error.what());
    }
    if (results.front() != 0)
      return fmt::format("{}: the tile after a start with {}: expected 0, found {}", point.name, start.what,
                         results.front());
    num_tiles += 2;
  }
  return "";
}

}  // namespace ampa::verify
