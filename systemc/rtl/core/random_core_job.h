// Random jobs for a core, and random memories: any seed repeats them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "gemm/gemm_job.h"
#include "rtl/core/core_model.h"
#include "timing/memory_settings.h"

namespace ampa::rtl {

// A job with its operands, what the core makes of it, and a memory to run it with.
struct RandomCoreJob {
  gemm::CodeTensor a, b;
  gemm::GemmJob job;                            // its operands point to a and b
  std::optional<timing::Requantization> codes;  // results leave as codes; none: as sums
  timing::JobPlan plan;
  timing::MemorySettings memory;
};

// Job `index` of `seed`: the three passes of convolutions (strided, padded) and of linear layers, with formats that the
// core's point runs, codes and zero points at random or at their limits, and sizes that fit its scratchpads; results as
// sums or as codes of any form; the planner's plan or any other one that fits; a memory
// of any latency, bandwidth above and below what the array needs, with or without gaps.
std::unique_ptr<RandomCoreJob> random_core_job(const timing::CoreConfig& config, std::uint64_t seed,
                                               std::int64_t index);

inline JobImage make_image(const RandomCoreJob& drawn) {
  return make_image(drawn.plan, drawn.job, drawn.codes);
}

}  // namespace ampa::rtl
