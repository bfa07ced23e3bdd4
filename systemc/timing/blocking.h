// The ways in which a job can be cut into the steps of a core, and what each takes at least.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gemm/job_geometry.h"
#include "timing/core_config.h"
#include "timing/memory_settings.h"
#include "timing/requantization.h"

namespace ampa::timing {

// A run of whole tensor rows, packed, as one burst fetches it.
struct TensorRows {
  std::int64_t first = 0, count = 0;  // rows of an image
  std::int64_t bit = 0, bits = 0;     // from the image's first code on
};

// Output positions and the tensor rows that their windows touch.
struct Slab {
  std::int64_t first_row = 0;  // of output positions in an image
  std::int64_t positions = 0;
  TensorRows a, b;  // b: of slabs along K only
};

// The bits of an image in memory: its codes without gaps, each in numerics::storage_bits.
std::int64_t image_bits(const gemm::OperandGeometry& operand);

// Slabs of `size` images each, or of `size` rows of an image's positions.
struct SlabSplit {
  bool of_images = true;
  std::int64_t size = 1;
  std::int64_t num_slabs = 1, slabs_per_image = 1;
  // Slabs that are alike together, that of the first slab first and that of the last one last.
  struct Kind {
    std::int64_t count = 0, positions = 0, a_bits = 0, b_bits = 0;
  };
  std::vector<Kind> kinds;
  Kind largest;  // in each figure
};

// A length in blocks of `size`, the last one smaller.
struct Blocks {
  std::int64_t size = 0, count = 1, last = 0;
};

// Candidates in the order in which equally good ones are preferred: fewer, larger pieces first. They depend on the job
// and the array, not on the scratchpads: whatever fits small scratchpads is also among the choices of large ones.
struct Blockings {
  std::vector<SlabSplit> slabs;
  std::vector<Blocks> m, n;  // m: of slabs along K; else one block
};
Blockings candidate_blockings(const CoreConfig& config, const gemm::JobGeometry& job);

// The slabs of a split: of one image, or one of most runs of images and the last one.
std::vector<Slab> slabs_of(const gemm::JobGeometry& job, const SlabSplit& split);

// What of the scratchpads, of the table of slabs or of a burst keeps a blocking from running; empty: nothing does.
std::string misfit(const CoreConfig& config, const gemm::JobGeometry& job, const SlabSplit& slabs, const Blocks& m,
                   const Blocks& n);
bool fits(const CoreConfig& config, const gemm::JobGeometry& job, const SlabSplit& slabs, const Blocks& m,
          const Blocks& n);

// Closed forms over all steps. Counts that do not fit 63 bits stop at 2^63 - 1.
class BlockingCosts {
 public:
  BlockingCosts(const CoreConfig& config, const gemm::JobGeometry& job, const std::optional<CodeResults>& codes,
                const MemorySettings& memory, std::int64_t result_bits);

  // Of one split, whatever the blocks: counted once.
  struct SlabCosts {
    std::int64_t tiles = 0, slices = 0, slice_blocks = 0;  // summed over the slabs
    std::int64_t begin = 0;                                // the first cycle after setup
    std::int64_t a_cycles = 0, b_cycles = 0;               // of the memory, for every slab once
    std::int64_t a_active = 0, b_active = 0;               // the same in active cycles
    std::int64_t first_load = 0;                           // of A, and of B along K
  };
  SlabCosts of(const SlabSplit& slabs) const;

  // The cycles of all steps without stalls: exact.
  std::int64_t step_cycles(const SlabSplit& slabs, const SlabCosts& costs, const Blocks& m, const Blocks& n) const;
  // No schedule takes less: the longer of what the array and what the memory is busy with.
  std::int64_t least_cycles(const SlabSplit& slabs, const SlabCosts& costs, const Blocks& m, const Blocks& n) const;

 private:
  struct Burst {
    std::int64_t cycles = 0, active = 0;
  };
  Burst burst(std::int64_t bits) const;

  const CoreConfig& config_;
  const gemm::JobGeometry& job_;
  const std::optional<CodeResults>& codes_;
  MemorySettings memory_;
  BurstTimer timer_;
  gemm::JobShape shape_;
  std::int64_t result_bits_, b_row_bits_, macs_, pairs_;
  bool is_ws_;
};

}  // namespace ampa::timing
