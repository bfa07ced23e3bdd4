// Words that no packer makes: every bit random, also those of a container that its format does not use.
#include <catch2/catch.hpp>

#include "numerics/random_stream.h"
#include "rtl/array/verilated_model.h"
#include "tlm/array/transaction_model.h"

using namespace ampa;

namespace {

std::vector<std::uint32_t> random_words(std::int64_t count, std::uint32_t tensor) {
  const numerics::RandomStream stream{9, 0, tensor};
  std::vector<std::uint32_t> words;
  for (std::int64_t i = 0; i < count; ++i) words.push_back(stream.bits32(static_cast<std::uint64_t>(i)));
  return words;
}

}  // namespace

// Not pack2: narrow pairs take half of a container, which holds codes as rule F2 has them, sign-extended.
TEST_CASE("unused bits of containers are ignored, and one tile's format leaves nothing to the next", "[cosim]") {
  for (const char* name :
       {"fused-8x4", "fused-ws-4x3", "fused-3x5-fast", "int8-3x5", "int8-ws-4x3", "serial-3x5", "serial-ws-4x3",
        "mul8-3x5", "par8-2x3", "r4s-3x2", "bricks-3x5", "int8p-2x3"}) {
    const timing::HardwarePoint point = timing::point_from_string(name);
    const bool is_ws = point.dataflow == timing::Dataflow::kWeightStationary;
    const std::unique_ptr<rtl::ArrayModel> rtl = rtl::make_verilated_model(point);
    const std::unique_ptr<rtl::ArrayModel> plain = tlm::make_transaction_model(point);
    const std::int64_t steps = 11;
    for (int mode = 0; mode < 256; ++mode) {
      const CodeFormat a_format{(mode & 7) + 1, (mode & 64) != 0}, b_format{(mode >> 3 & 7) + 1, (mode & 128) != 0};
      if (!timing::is_supported(point.pe, a_format) || !timing::is_supported(point.pe, b_format)) continue;
      INFO(name << ", " << a_format.bits << " and " << b_format.bits << " bits, signs " << (mode >> 6));
      const auto a = random_words(16 * steps * point.rows, 2 * static_cast<std::uint32_t>(mode));
      const auto b = random_words(16 * steps * point.cols, 2 * static_cast<std::uint32_t>(mode) + 1);
      std::vector<std::int32_t> found(static_cast<std::size_t>((is_ws ? steps : point.rows) * point.cols), 3);
      std::vector<std::int32_t> expected = found;
      rtl::Tile tile;
      tile.a = a_format;
      tile.b = b_format;
      tile.steps = steps;
      tile.rows = point.rows;
      tile.cols = point.cols;
      tile.last_lanes = timing::pe_formats(point.pe).macs(a_format, b_format) == timing::kLanes ? 1 + mode % 32 : 1;
      if (is_ws && point.pe == timing::Pe::kSerial) {
        tile.a_plane = mode % a_format.bits;
        tile.b_plane = mode / 3 % b_format.bits;
      }
      tile.accumulate = is_ws && mode % 2 == 1;
      tile.a_words = a.data();
      tile.b_words = b.data();
      tile.results = found.data();
      const gemm::JobCycles cycles = rtl->run_tile(tile), rest = rtl->finish();
      tile.results = expected.data();
      CHECK(plain->run_tile(tile) == cycles);
      CHECK(plain->finish() == rest);
      CHECK(found == expected);
    }
  }
}
