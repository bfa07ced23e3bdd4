// Scales that are not one a tensor: which values share one, and what that is to the rows of a job.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gemm/gemm_job.h"
#include "numerics/quantizer.h"

namespace ampa::quant {

enum class ScaleAxis { kNone, kImages, kChannels };

// One QuantParams for the whole tensor (kNone), for every image or for every channel. A tensor of weights has its
// output channels as images. All have one format.
struct ScaleGroups {
  ScaleAxis axis = ScaleAxis::kNone;
  std::vector<numerics::QuantParams> params;

  bool is_grouped() const { return axis != ScaleAxis::kNone; }
};

// The scales of an operand's rows.
struct RowScales {
  std::vector<numerics::QuantParams> params;
  std::vector<std::int32_t> group;  // index into params, of every row of every GEMM; empty: all 0

  std::int32_t group_of(std::int64_t row) const { return group.empty() ? 0 : group[static_cast<std::size_t>(row)]; }
  const numerics::QuantParams& of(std::int64_t row) const { return params[static_cast<std::size_t>(group_of(row))]; }
};

// Of an operand of a job, "a" or "b". Throws InputError naming the job's layer, its pass and the operand if the scales
// run along the depth: they cannot leave an integer sum (rule Z5 of NUMERICS.md).
RowScales row_scales(const gemm::GemmJob& job, bool of_a, const ScaleGroups& groups);

}  // namespace ampa::quant
