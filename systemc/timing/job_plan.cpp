#include "timing/job_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "common/ceil_div.h"
#include "common/checked.h"
#include "common/error.h"
#include "numerics/bit_packing.h"
#include "timing/core_cycles.h"

namespace ampa::timing {
namespace {

[[noreturn]] void refuse(const CoreConfig& config, const std::string& what) {
  throw InputError(fmt::format("core {}: {}", name_of(config), what));
}

void check_operand(const CoreConfig& config, const gemm::OperandGeometry& operand, const char* name) {
  const std::int64_t d = operand.dilation.y;
  if (!operand.dilation.is_square())
    refuse(config, fmt::format("operand {}: expected one dilation of the grid for rows and columns, found {} and {}",
                               name, operand.dilation.y, operand.dilation.x));
  if (d > 8 || (d & (d - 1)) != 0)
    refuse(config, fmt::format("operand {}: expected a dilation of 1, 2, 4 or 8, found {}", name, d));
  if (operand.num_patches() < 1 || operand.patch_size() < 1)
    refuse(config, fmt::format("operand {}: expected at least one code, found none", name));
}

void check_job(const CoreConfig& config, const gemm::JobGeometry& job) {
  check_formats(config.point, job.a.format, job.b.format);
  check_operand(config, job.a, "a");
  check_operand(config, job.b, "b");
  if (job.a.batch() != 1 || job.b.batch() != 1)
    refuse(config, fmt::format("expected a job of one GEMM, found a batch of {} (the groups of a convolution, the "
                               "products of an attention)",
                               std::max(job.a.batch(), job.b.batch())));
  if (job.a.depth() != job.b.depth())
    refuse(config, fmt::format("expected operands of one depth, found {} and {}", job.a.depth(), job.b.depth()));
  if (job.a.transposed != job.b.transposed) refuse(config, "expected both operands transposed or neither, found one");
  const bool is_k = job.a.transposed;
  if (!is_k && job.b.out_height * job.b.out_width != 1)
    refuse(config, fmt::format("expected one patch an image in b, found {}", job.b.out_height * job.b.out_width));
  if (is_k &&
      (job.a.images != job.b.images || job.a.out_height != job.b.out_height || job.a.out_width != job.b.out_width))
    refuse(config, "expected transposed operands with the same positions, found different ones");
  const gemm::AccumulatorParts parts = job.shape().parts();
  if (!is_k && parts.is_split())
    refuse(config, fmt::format("expected a K of at most {} (32-bit sums), found {}", parts.max_depth(), job.a.depth()));
}

bool is_wide(const gemm::JobGeometry& job) {
  return job.shape().parts().is_split();
}

void check_codes(const CoreConfig& config, const gemm::JobGeometry& job, CodeResults codes) {
  if (codes.bits < kMinBits || codes.bits > kMaxBits)
    refuse(config, fmt::format("codes: expected results of {}..{} bits, found {}", kMinBits, kMaxBits, codes.bits));
  if (job.a.transposed)
    refuse(config, "codes: expected a forward pass or a gradient of activations, found transposed operands");
  if (codes.is_corrected && job.b.rows() > kMaxColumns)
    refuse(config,
           fmt::format("codes: expected at most {} columns with corrections, found {}", kMaxColumns, job.b.rows()));
}

// All counts of codes and bits that follow are smaller.
void check_size(const gemm::JobGeometry& job) {
  for (const gemm::OperandGeometry& g : {job.a, job.b}) {
    checked_mul(checked_mul(g.width, g.channels, 8, "bits of an operand"), g.height, g.images, "bits of an operand");
    checked_mul(g.images, g.out_height, g.out_width, "positions");
    checked_mul(g.kernel_height, g.kernel_width, g.channels, "codes of a window");
  }
  job.shape().macs();
  checked_mul(job.a.rows(), job.b.rows(), 64, "bits of the results");
}

struct Candidate {
  std::int64_t least = 0;
  std::size_t slabs = 0, m = 0, n = 0;
  // The better one last, as heaps want it.
  friend bool operator<(const Candidate& x, const Candidate& y) {
    return std::tie(y.least, y.n, y.slabs, y.m) < std::tie(x.least, x.n, x.slabs, x.m);
  }
};

// The blocking of least cycles: candidates by rising bounds until a bound exceeds what was found.
class Planner {
 public:
  Planner(const CoreConfig& config, const gemm::JobGeometry& job, const MemorySettings& memory,
          const std::optional<CodeResults>& codes)
      : config_(config),
        job_(job),
        memory_(memory),
        codes_(codes),
        all_(candidate_blockings(config, job)),
        costs_(config, job, codes_, memory, result_bits_of(job, codes)) {}

  JobPlan best() {
    find_candidates();
    while (!heap_.empty()) {
      std::pop_heap(heap_.begin(), heap_.end());
      const Candidate next = heap_.back();
      heap_.pop_back();
      if (best_ && next.least > best_cycles_) break;
      try_candidate(next);
    }
    if (!best_) throw_overflow("cycles");
    return *best_;
  }

 private:
  void find_candidates() {
    slab_costs_.reserve(all_.slabs.size());
    for (const SlabSplit& slabs : all_.slabs) slab_costs_.push_back(costs_.of(slabs));
    for (std::size_t n = 0; n < all_.n.size(); ++n)
      for (std::size_t m = 0; m < all_.m.size(); ++m)
        for (std::size_t s = 0; s < all_.slabs.size(); ++s) {
          if (!fits(config_, job_, all_.slabs[s], all_.m[m], all_.n[n])) continue;
          heap_.push_back({costs_.least_cycles(all_.slabs[s], slab_costs_[s], all_.m[m], all_.n[n]), s, m, n});
        }
    if (heap_.empty()) refuse_all();
    std::make_heap(heap_.begin(), heap_.end());
  }

  void try_candidate(const Candidate& candidate) {
    const SlabSplit& slabs = all_.slabs[candidate.slabs];
    const Blocks &m = all_.m[candidate.m], &n = all_.n[candidate.n];
    const JobPlan plan = plan_with(config_, job_, codes_, slabs, m, n);
    std::optional<CoreRun> run;
    try {
      const std::int64_t array_cycles = costs_.step_cycles(slabs, slab_costs_[candidate.slabs], m, n);
      run = best_ ? core_cycles_within(plan, memory_, array_cycles, best_cycles_) : core_cycles(plan, memory_);
    } catch (const OverflowError&) {
      return;  // another one may fit 63 bits
    }
    if (!run) return;
    const std::int64_t cycles = run->cycles.total(), bytes = checked_add(run->bytes_read, run->bytes_written, "bytes");
    const auto order = std::make_tuple(cycles, bytes, candidate.n, candidate.slabs, candidate.m);
    if (best_ && order >= best_order_) return;
    best_ = plan;
    best_order_ = order;
    best_cycles_ = cycles;
  }

  // Not even the least step fits: says what it lacks.
  [[noreturn]] void refuse_all() const {
    const SlabSplit* least = &all_.slabs.back();
    const gemm::JobShape shape = job_.shape();
    refuse(config_, fmt::format("a job of {} x {} x {} does not fit: {}", shape.m, shape.n, shape.k,
                                misfit(config_, job_, *least, all_.m.back(), all_.n.back())));
  }

  static std::int64_t result_bits_of(const gemm::JobGeometry& job, const std::optional<CodeResults>& codes) {
    JobPlan plan;
    plan.codes = codes;
    plan.wide = is_wide(job);
    return plan.result_bits();
  }

  const CoreConfig& config_;
  const gemm::JobGeometry& job_;
  const MemorySettings& memory_;
  std::optional<CodeResults> codes_;
  Blockings all_;
  BlockingCosts costs_;
  std::vector<BlockingCosts::SlabCosts> slab_costs_;
  std::vector<Candidate> heap_;
  std::optional<JobPlan> best_;
  std::tuple<std::int64_t, std::int64_t, std::size_t, std::size_t, std::size_t> best_order_;
  std::int64_t best_cycles_ = 0;
};

}  // namespace

const Slab& JobPlan::slab(std::int64_t index) const {
  const std::int64_t entry = slabs_per_image > 1 ? index % slabs_per_image : index == num_slabs - 1 ? 1 : 0;
  return slabs[static_cast<std::size_t>(entry)];
}

std::int64_t JobPlan::image_of(std::int64_t slab_index) const {
  return slabs_per_image > 1 ? slab_index / slabs_per_image : slab_index * images_per_slab;
}

std::int64_t JobPlan::result_bits() const {
  return codes ? numerics::storage_bits(codes->bits) : wide ? 64 : 32;
}

JobPlan plan_with(const CoreConfig& config, const gemm::JobGeometry& job, std::optional<CodeResults> codes,
                  const SlabSplit& slabs, const Blocks& m, const Blocks& n) {
  JobPlan plan;
  plan.config = config;
  plan.job = job;
  plan.along_k = job.a.transposed;
  plan.wide = is_wide(job);
  plan.codes = codes;
  plan.num_slabs = slabs.num_slabs;
  plan.slabs_per_image = slabs.slabs_per_image;
  plan.images_per_slab = slabs.of_images ? slabs.size : 1;
  plan.slabs = slabs_of(job, slabs);
  plan.m_block = plan.along_k ? m.size : 0;
  plan.n_block = n.size;
  plan.num_m_blocks = m.count;
  plan.num_n_blocks = n.count;
  return plan;
}

JobPlan plan_job(const CoreConfig& config, const gemm::JobGeometry& job, const MemorySettings& memory,
                 std::optional<CodeResults> codes) try {
  check_size(job);
  check_job(config, job);
  if (codes) check_codes(config, job, *codes);
  return Planner(config, job, memory, codes).best();
} catch (const OverflowError& error) {
  throw OverflowError(fmt::format("core {}: {}", name_of(config), error.what()));
}

std::vector<ResultBlock> result_blocks(const JobPlan& plan) {
  std::vector<ResultBlock> blocks;
  std::int64_t beat = 0;
  const auto add = [&](std::int64_t row, std::int64_t rows, std::int64_t n_index) {
    const std::int64_t cols = n_index == plan.num_n_blocks - 1 ? plan.n_last() : plan.n_block;
    const std::int64_t beats = ceil_div(rows * cols * plan.result_bits(), 8 * plan.config.port_bytes);
    blocks.push_back({row, rows, n_index * plan.n_block, cols, beat, beats});
    beat += beats;
  };
  if (plan.along_k) {
    for (std::int64_t m = 0; m < plan.num_m_blocks; ++m)
      for (std::int64_t n = 0; n < plan.num_n_blocks; ++n)
        add(m * plan.m_block, m == plan.num_m_blocks - 1 ? plan.m_last() : plan.m_block, n);
    return blocks;
  }
  std::int64_t row = 0;
  for (std::int64_t s = 0; s < plan.num_slabs; ++s) {
    for (std::int64_t n = 0; n < plan.num_n_blocks; ++n) add(row, plan.slab(s).positions, n);
    row += plan.slab(s).positions;
  }
  return blocks;
}

}  // namespace ampa::timing
