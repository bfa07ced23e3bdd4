#include <algorithm>
#include <limits>

#include "common/checked.h"
#include "timing/blocking.h"
#include "timing/descriptor_words.h"
#include "timing/tile_cycles.h"

namespace ampa::timing {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

std::int64_t plus(std::int64_t x, std::int64_t y) {
  std::int64_t sum = 0;
  return __builtin_add_overflow(x, y, &sum) ? kMost : sum;
}
std::int64_t times(std::int64_t x, std::int64_t y) {
  std::int64_t product = 0;
  return __builtin_mul_overflow(x, y, &product) ? kMost : product;
}

// Of a length in blocks: the sum over blocks of tiles.
std::int64_t tiles_of(const Blocks& blocks, std::int64_t side) {
  return (blocks.count - 1) * whole_div(blocks.size, side) + whole_div(blocks.last, side);
}

}  // namespace

BlockingCosts::BlockingCosts(const CoreConfig& config, const gemm::JobGeometry& job,
                             const std::optional<CodeResults>& codes, const MemorySettings& memory,
                             std::int64_t result_bits)
    : config_(config),
      job_(job),
      codes_(codes),
      memory_(memory),
      timer_(memory, config.port_bytes),
      shape_(job.shape()),
      result_bits_(result_bits),
      b_row_bits_(image_bits(job.b)),
      macs_(pe_formats(config.point.pe).macs(job.a.format, job.b.format)),
      pairs_(num_plane_pairs(config.point, job.a.format, job.b.format)),
      is_ws_(config.point.dataflow == Dataflow::kWeightStationary) {}

BlockingCosts::Burst BlockingCosts::burst(std::int64_t bits) const {
  const std::int64_t wait = timer_.active_wait_up_to_most(whole_div(bits, 8 * config_.port_bytes) - 1);
  return {plus(wait, 1), wait};
}

BlockingCosts::SlabCosts BlockingCosts::of(const SlabSplit& slabs) const {
  const bool along_k = job_.a.transposed;
  SlabCosts costs;
  for (const SlabSplit::Kind& kind : slabs.kinds) {
    const Burst a = burst(kind.a_bits), b = along_k ? burst(kind.b_bits) : Burst{};
    const std::int64_t slices = whole_div(along_k ? kind.positions : shape_.k, macs_);
    costs.tiles = plus(costs.tiles, times(kind.count, whole_div(kind.positions, config_.point.rows)));
    costs.slices = plus(costs.slices, times(kind.count, slices));
    costs.slice_blocks = plus(costs.slice_blocks, times(kind.count, whole_div(slices, config_.point.rows)));
    costs.a_cycles = plus(costs.a_cycles, times(kind.count, a.cycles));
    costs.b_cycles = plus(costs.b_cycles, times(kind.count, b.cycles));
    costs.a_active = plus(costs.a_active, times(kind.count, a.active));
    costs.b_active = plus(costs.b_active, times(kind.count, b.active));
  }
  const SlabSplit::Kind& first = slabs.kinds.front();
  costs.first_load = plus(burst(first.a_bits).cycles, along_k ? burst(first.b_bits).cycles : 0);
  const bool is_corrected = codes_ && codes_->is_corrected;
  const std::int64_t entries = slabs.of_images ? 2 : std::max<std::int64_t>(slabs.slabs_per_image, 2);
  const std::int64_t words = static_cast<std::int64_t>(kSlabTable) + static_cast<std::int64_t>(kSlabWords) * entries +
                             (is_corrected ? shape_.n : 0);
  costs.begin = plus(plus(1, burst(32 * words).cycles), setup_cycles(config_));
  return costs;
}

std::int64_t BlockingCosts::step_cycles(const SlabSplit& slabs, const SlabCosts& costs, const Blocks& m,
                                        const Blocks& n) const {
  const std::int64_t rows = config_.point.rows, cols = config_.point.cols, n_tiles = tiles_of(n, cols);
  const std::int64_t steps = times(slabs.num_slabs, times(m.count, n.count));
  const std::int64_t ends = times(2, steps);  // the begin and the end of every step
  if (is_ws_) {
    // Of a step: tiles of columns x pairs x (blocks of slices x (M + 3 + Rows + Cols) + slices).
    const std::int64_t fills = plus(times(costs.slice_blocks, 3 + rows + cols), costs.slices);
    const std::int64_t m_sum =
        job_.a.transposed ? times(costs.slice_blocks, shape_.m) : times(costs.slice_blocks / slabs.num_slabs, shape_.m);
    return plus(ends, times(times(n_tiles, pairs_), plus(m_sum, times(m.count, fills))));
  }
  // Of a step: tiles x (1 + slices x pairs) + 2 M x tiles of columns + N x tiles of rows.
  const std::int64_t sides =
      plus(times(times(2, shape_.m), n_tiles), times(shape_.n, job_.a.transposed ? tiles_of(m, rows) : costs.tiles));
  if (!job_.a.transposed) {
    const std::int64_t slices = costs.slices / slabs.num_slabs;  // of every step
    const std::int64_t fed = times(times(costs.tiles, n_tiles), plus(1, times(slices, pairs_)));
    return plus(ends, plus(fed, sides));
  }
  const std::int64_t tiles = times(tiles_of(m, rows), n_tiles);
  const std::int64_t fed = times(tiles, plus(slabs.num_slabs, times(costs.slices, pairs_)));
  return plus(ends, plus(fed, times(slabs.num_slabs, sides)));
}

std::int64_t BlockingCosts::least_cycles(const SlabSplit& slabs, const SlabCosts& costs, const Blocks& m,
                                         const Blocks& n) const {
  std::int64_t busy = 0, active = 0, first = costs.first_load, last_sums = 0;
  const auto add = [&](const Burst& burst, std::int64_t count) {
    busy = plus(busy, times(burst.cycles, count));
    active = plus(active, times(burst.active, count));
  };
  if (job_.a.transposed) {
    const std::int64_t loads = slabs.num_slabs == 1 ? 1 : times(m.count, n.count);
    add({plus(costs.a_cycles, costs.b_cycles), plus(costs.a_active, costs.b_active)}, loads);
    for (const auto& [m_size, m_count] : {std::pair{m.size, m.count - 1}, std::pair{m.last, std::int64_t{1}}})
      for (const auto& [n_size, n_count] : {std::pair{n.size, n.count - 1}, std::pair{n.last, std::int64_t{1}}})
        add(burst(m_size * n_size * result_bits_), times(m_count, n_count));
    last_sums = m.last * n.last;
  } else {
    add({costs.a_cycles, costs.a_active}, 1);
    const Burst block = burst(n.size * b_row_bits_), last = burst(n.last * b_row_bits_);
    const std::int64_t loads = n.count == 1 ? 1 : slabs.num_slabs;
    add(block, times(loads, n.count - 1));
    add(last, loads);
    first = plus(first, block.cycles);
    for (const SlabSplit::Kind& kind : slabs.kinds) {
      add(burst(kind.positions * n.size * result_bits_), times(kind.count, n.count - 1));
      add(burst(kind.positions * n.last * result_bits_), kind.count);
    }
    last_sums = slabs.kinds.back().positions * n.last;
  }
  const std::int64_t quantize = codes_ ? quantize_cycles(config_, *codes_, last_sums) : 0;
  const std::int64_t tail = plus(plus(quantize, burst(last_sums * result_bits_).cycles), 1);
  const std::int64_t array = plus(plus(first, step_cycles(slabs, costs, m, n)), tail);
  const std::int64_t least = plus(costs.begin, std::max(array, plus(busy, 1)));
  if (!memory_.has_gaps()) return least;
  return std::max(least, times(active / (memory_.gap_period_cycles - memory_.gap_cycles), memory_.gap_period_cycles));
}

}  // namespace ampa::timing
