// How a job is cut into the steps of a core: what fits its scratchpads, what is fetched when.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "gemm/job_geometry.h"
#include "timing/blocking.h"
#include "timing/core_config.h"
#include "timing/requantization.h"

namespace ampa::timing {

// The loop nest of rtl/core/ampa_loop_nest.v. Slabs along M: A comes in slabs, B in blocks of n_block rows, each step
// gives a block of results. Slabs along K (both operands transposed): A and B come in slabs, results are in blocks of
// m_block x n_block, the last slab completes one.
struct JobPlan {
  CoreConfig config;
  gemm::JobGeometry job;
  bool along_k = false;
  bool wide = false;                 // sums have 64 bits (JobShape::parts)
  std::optional<CodeResults> codes;  // results leave as codes; none: as sums
  std::int64_t num_slabs = 0;
  std::int64_t slabs_per_image = 1;  // 1: each slab is images_per_slab images
  std::int64_t images_per_slab = 1;
  std::vector<Slab> slabs;  // of one image; or one of most runs of images and the last one
  std::int64_t m_block = 0, n_block = 0;
  std::int64_t num_m_blocks = 1, num_n_blocks = 1;

  std::int64_t m() const { return job.a.rows(); }
  std::int64_t n() const { return job.b.rows(); }
  std::int64_t m_last() const { return m() - (num_m_blocks - 1) * m_block; }  // along_k only
  std::int64_t n_last() const { return n() - (num_n_blocks - 1) * n_block; }
  std::int64_t result_bits() const;                      // of one result in memory
  const Slab& slab(std::int64_t index) const;            // of index 0 .. num_slabs - 1
  std::int64_t image_of(std::int64_t slab_index) const;  // its first
};

// Takes, of all candidate_blockings that fit the scratchpads, the one of least core_cycles with this memory; of several
// the one that moves the fewest bytes, of these the first. So more scratchpad is never slower. Throws InputError naming
// the limit: formats that the point does not run, forms of a job that the core does not run (one operand transposed and
// the other not; along M a B of more than one patch an image; a dilation that is no power of two up to 8; a K beyond
// the 32-bit bound along M; codes of slabs along K, or corrections of more than kMaxColumns columns), scratchpads that
// are too small for the least step or so small that an image has more slabs than the descriptor's table, cycles or
// bytes beyond 63 bits.
JobPlan plan_job(const CoreConfig& config, const gemm::JobGeometry& job, const MemorySettings& memory,
                 std::optional<CodeResults> codes = std::nullopt);

// The plan of one blocking, whether it fits or not.
JobPlan plan_with(const CoreConfig& config, const gemm::JobGeometry& job, std::optional<CodeResults> codes,
                  const SlabSplit& slabs, const Blocks& m, const Blocks& n);

// Where the results of a plan lie in memory: blocks in the order of the steps, each row-major and from a beat on.
struct ResultBlock {
  std::int64_t row = 0, rows = 0, col = 0, cols = 0;  // of the M x N results
  std::int64_t beat = 0, beats = 0;
};
std::vector<ResultBlock> result_blocks(const JobPlan& plan);

}  // namespace ampa::timing
