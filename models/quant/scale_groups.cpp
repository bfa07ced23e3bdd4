#include "quant/scale_groups.h"

#include <fmt/format.h>

#include "common/error.h"

namespace ampa::quant {
namespace {

[[noreturn]] void refuse(const gemm::GemmJob& job, bool of_a, ScaleAxis axis) {
  throw InputError(
      fmt::format("layer '{}': {}: operand {}: expected scales along {}, found one for every {}, along K: it cannot "
                  "leave an integer "
                  "sum",
                  job.layer, gemm::to_string(job.pass), of_a ? "a" : "b", of_a ? "M" : "N",
                  axis == ScaleAxis::kImages ? "image" : "channel"));
}

}  // namespace

RowScales row_scales(const gemm::GemmJob& job, bool of_a, const ScaleGroups& groups) {
  RowScales scales{groups.params, {}};
  if (!groups.is_grouped()) return scales;
  const gemm::Operand& operand = of_a ? job.a : job.b;
  const bool by_image = groups.axis == ScaleAxis::kImages;
  const std::int64_t per_gemm = by_image ? operand.num_images() : operand.num_channels();
  const bool along_rows = by_image != operand.transposed;
  if (!along_rows && per_gemm > 1) refuse(job, of_a, groups.axis);  // of one group a GEMM K sees one scale
  scales.group.reserve(static_cast<std::size_t>(operand.batch() * operand.rows()));
  for (std::int64_t b = 0; b < operand.batch(); ++b) {
    const gemm::Operand one = operand.element(b);
    for (std::int64_t row = 0; row < one.rows(); ++row) {
      std::int64_t group = by_image ? one.images.first : one.channels.first;
      if (along_rows) group += by_image ? row / (one.out_height * one.out_width) : row % one.num_channels();
      scales.group.push_back(static_cast<std::int32_t>(group));
    }
  }
  return scales;
}

}  // namespace ampa::quant
