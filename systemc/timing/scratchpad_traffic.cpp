#include "timing/scratchpad_traffic.h"

#include "common/ceil_div.h"
#include "numerics/bit_packing.h"
#include "timing/tile_cycles.h"

namespace ampa::timing {
namespace {

double code_bytes(const gemm::OperandGeometry& operand) {
  return static_cast<double>(numerics::storage_bits(operand.format.bits)) / 8;
}

// Of one step of m x n results over k products, the first of its block or not.
double step_bytes(const JobPlan& plan, std::int64_t m, std::int64_t n, std::int64_t k, bool begins_block) {
  constexpr double kSumBytes = 8;
  const HardwarePoint& point = plan.config.point;
  const CodeFormat a = plan.job.a.format, b = plan.job.b.format;
  const std::int64_t pairs = num_plane_pairs(point, a, b), col_tiles = ceil_div(n, point.cols);
  const auto sums = static_cast<double>(m * n), depth = static_cast<double>(k);
  const double a_codes = static_cast<double>(m) * depth * static_cast<double>(col_tiles * pairs);
  double b_codes = static_cast<double>(n) * depth * static_cast<double>(pairs), additions = 1;
  if (point.dataflow == Dataflow::kWeightStationary)
    additions = static_cast<double>(ceil_div(num_slices(point, a, b, k), point.rows) * pairs);
  else
    b_codes *= static_cast<double>(ceil_div(m, point.rows));
  const double sum_accesses = 2 * additions - (begins_block ? 1 : 0);
  return a_codes * code_bytes(plan.job.a) + b_codes * code_bytes(plan.job.b) + sums * kSumBytes * sum_accesses;
}

}  // namespace

double scratchpad_bytes(const JobPlan& plan) {
  double bytes = 0;
  const auto slab_in = [&](std::int64_t bits) { bytes += static_cast<double>(bits) / 8; };
  for (std::int64_t s = 0; s < plan.num_slabs; ++s) {
    const Slab& slab = plan.slab(s);
    for (std::int64_t mb = 0; mb < plan.num_m_blocks; ++mb)
      for (std::int64_t nb = 0; nb < plan.num_n_blocks; ++nb) {
        const bool first = mb == 0 && nb == 0;
        const std::int64_t n = nb == plan.num_n_blocks - 1 ? plan.n_last() : plan.n_block;
        if (plan.along_k) {
          const std::int64_t m = mb == plan.num_m_blocks - 1 ? plan.m_last() : plan.m_block;
          if (plan.num_slabs > 1 || first) slab_in(slab.a.bits + slab.b.bits);
          bytes += step_bytes(plan, m, n, slab.positions, s == 0);
        } else {
          if (nb == 0) slab_in(slab.a.bits);
          if (plan.num_n_blocks > 1 || s == 0) slab_in(n * image_bits(plan.job.b));
          bytes += step_bytes(plan, slab.positions, n, plan.job.a.depth(), true);
        }
      }
  }
  const double code_bytes = plan.codes ? 2.0 * static_cast<double>(plan.result_bits()) / 8 : 0;  // written and read
  return bytes + (8.0 + code_bytes) * static_cast<double>(plan.m() * plan.n());  // sums are read to leave
}

}  // namespace ampa::timing
