#include "verify/overflow_check.h"

#include <fmt/format.h>

#include <cstdlib>
#include <vector>

#include "common/ceil_div.h"
#include "common/error.h"
#include "numerics/accumulator.h"
#include "rtl/array/stressed_model.h"
#include "timing/pe_formats.h"
#include "tlm/array/packed_operand.h"
#include "verify/point_space.h"

namespace ampa::verify {
namespace {

constexpr std::int64_t kLargest = INT32_MAX, kLowest = INT32_MIN;

struct Codes {
  CodeFormat a, b;
  std::int32_t code_a, code_b;
  std::int64_t product() const { return static_cast<std::int64_t>(code_a) * code_b; }
};

// Products of the largest magnitude, of either sign.
std::vector<Codes> extreme_codes() {
  const CodeFormat u8{8, false}, s8{8, true};
  return {{u8, u8, 255, 255}, {s8, s8, -128, -128}, {s8, u8, -128, 255}, {u8, s8, 255, -128}};
}

// One accumulator at element (0, 0) and what the array made of it.
class OneSum {
 public:
  explicit OneSum(const timing::HardwarePoint& point) : point_(point), array_(rtl::make_stressed_model(point)) {}

  // start + depth products; weight stationary arrays take `start` as a partial sum, for the others it is 0. Whether the
  // array said that it overflowed.
  bool run(const Codes& codes, std::int64_t start, std::int64_t depth) {
    const timing::PeFormats& formats = timing::pe_formats(point_.pe);
    const std::int64_t macs = formats.macs(codes.a, codes.b);
    const bool is_ws = point_.dataflow == timing::Dataflow::kWeightStationary;
    rtl::Tile tile;
    tile.a = codes.a;
    tile.b = codes.b;
    const std::int64_t slices = ceil_div(depth, macs);
    tile.last_lanes = depth - (slices - 1) * macs;
    (is_ws ? tile.rows : tile.steps) = slices;
    tile.accumulate = is_ws;
    using timing::Side;
    const std::vector<std::uint32_t> a = formats.is_grid
                                             ? packed(codes.a, codes.b, codes.code_a, depth, Side::kA)
                                             : words(codes.a, codes.code_a, is_ws ? 1 : slices, point_.rows);
    const std::vector<std::uint32_t> b = formats.is_grid ? packed(codes.b, codes.a, codes.code_b, depth, Side::kB)
                                                         : words(codes.b, codes.code_b, slices, point_.cols);
    tile.a_words = a.data();
    tile.b_words = b.data();
    results_.assign(static_cast<std::size_t>(point_.rows * point_.cols), static_cast<std::int32_t>(start));
    tile.results = results_.data();
    array_->set_stress({});
    return is_ws ? run_planes(tile) : overflows(tile);
  }

  // Whether a tile deeper than the array's sums hold is refused.
  bool refuses_deeper(const Codes& codes) {
    rtl::Tile tile;
    tile.a = codes.a;
    tile.b = codes.b;
    tile.steps = timing::pe_formats(point_.pe).grid.max_steps + 1;
    return array_->refuses(tile).value_or(false);
  }

  std::int32_t sum() const { return results_.front(); }

 private:
  bool overflows(const rtl::Tile& tile) {
    try {
      array_->run_tile(tile);
      array_->finish();
      return false;
    } catch (const RunError&) {
      if (!array_->stress_counts().overflow) throw;
      return true;
    }
  }

  bool run_planes(rtl::Tile tile) {
    const timing::PeFormats& formats = timing::pe_formats(point_.pe);
    bool overflow = false;
    for (tile.a_plane = 0; tile.a_plane < formats.planes(tile.a); ++tile.a_plane)
      for (tile.b_plane = 0; tile.b_plane < formats.planes(tile.b); ++tile.b_plane) overflow |= overflows(tile);
    return overflow;
  }

  // `depth` times the code for the first row or column, nothing for others.
  std::vector<std::uint32_t> packed(CodeFormat own, CodeFormat other, std::int32_t code, std::int64_t depth,
                                    timing::Side side) const {
    const tlm::Packing packing = tlm::packing_of(point_, own, other, side);
    const std::int64_t lane = packing.words, step = lane * (side == timing::Side::kA ? point_.rows : point_.cols);
    const gemm::CodeTensor codes =
        gemm::matrix(own, 0, 1, depth, std::vector<std::int32_t>(static_cast<std::size_t>(depth), code));
    std::vector<std::uint32_t> all(static_cast<std::size_t>(ceil_div(depth, packing.macs) * packing.planes * step));
    tlm::pack(gemm::whole(codes), {0, 1, 0, depth}, packing, {lane, packing.planes * step, step}, all.data());
    return all;
  }

  // The code in every product of every word; 8-bit codes fill a word alone or are a bit of every lane.
  std::vector<std::uint32_t> words(CodeFormat format, std::int32_t code, std::int64_t steps, std::int64_t side) const {
    const int planes = timing::pe_formats(point_.pe).planes(format);
    std::vector<std::uint32_t> all;
    for (std::int64_t step = 0; step < steps; ++step)
      for (int plane = 0; plane < planes; ++plane) {
        const std::uint32_t bit = (static_cast<std::uint32_t>(code) >> plane & 1) != 0 ? ~0u : 0u;
        all.insert(all.end(), static_cast<std::size_t>(side),
                   planes > 1 ? bit : static_cast<std::uint32_t>(code) & 255u);
      }
    return all;
  }

  timing::HardwarePoint point_;
  std::unique_ptr<rtl::StressedModel> array_;
  std::vector<std::int32_t> results_;
};

// The deepest sum within 32 bits of `codes`: depth from a start value.
struct Edge {
  std::int64_t start = 0, depth = 0;
};

Edge edge_of(const timing::HardwarePoint& point, const Codes& codes) {
  const std::int64_t limit = codes.product() > 0 ? kLargest : kLowest;
  const timing::PeFormats& formats = timing::pe_formats(point.pe);
  if (formats.grid.max_steps > 0) return {0, formats.grid.max_steps * formats.macs(codes.a, codes.b)};
  if (point.dataflow == timing::Dataflow::kWeightStationary) return {limit - codes.product(), 1};
  return {0, limit / codes.product()};
}

std::string check_codes(const timing::HardwarePoint& point, OneSum& one, const Codes& codes) {
  const auto check = [&](const char* what, std::int64_t start, std::int64_t depth, bool expected) -> std::string {
    const bool found = one.run(codes, start, depth);
    const auto sum = static_cast<std::int32_t>(static_cast<std::uint32_t>(start + depth * codes.product()));
    if (found == expected && one.sum() == sum) return "";
    return fmt::format("{}: {} sum of {} from {}: expected {} and overflow {}, found {} and {}", point.name, what,
                       codes.product(), start, sum, expected, one.sum(), found);
  };
  const Edge edge = edge_of(point, codes);
  const bool is_ws = point.dataflow == timing::Dataflow::kWeightStationary;
  std::string wrong = check("the deepest", edge.start, edge.depth, false);
  const bool refuses = timing::pe_formats(point.pe).grid.max_steps > 0;
  if (wrong.empty() && refuses && !one.refuses_deeper(codes))
    wrong = fmt::format("{}: expected a tile of one step more than its sums hold to be refused, found it started",
                        point.name);
  if (wrong.empty() && !refuses)
    wrong = is_ws ? check("a too large", edge.start + (codes.product() > 0 ? 1 : -1), edge.depth, true)
                  : check("a too deep", edge.start, edge.depth + 1, true);
  if (wrong.empty()) wrong = check("the next", 0, 1, false);
  return wrong;
}

}  // namespace

std::string check_overflow(const timing::HardwarePoint& point, std::int64_t& num_tiles) {
  OneSum one(point);
  for (const Codes& codes : extreme_codes()) {
    if (const std::string wrong = check_codes(point, one, codes); !wrong.empty()) return wrong;
    num_tiles += 3;
  }
  return "";
}

}  // namespace ampa::verify
