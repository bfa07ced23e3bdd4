#include "tlm/core/job_checks.h"

#include "common/ceil_div.h"
#include "numerics/accumulator.h"
#include "numerics/bit_packing.h"
#include "timing/descriptor.h"
#include "timing/descriptor_words.h"

namespace ampa::tlm {
namespace {

using namespace timing;

bool is_weight_stationary(const CoreConfig& config) {
  return config.point.dataflow == timing::Dataflow::kWeightStationary;
}

// Products per pair of packed words.
std::int64_t macs_of(const JobWords& job, const CoreConfig& config) {
  return timing::pe_formats(config.point.pe).macs(job.a.format, job.b.format);
}

bool has_formats(const JobWords& job, const CoreConfig& config) {
  for (const OperandWords* operand : {&job.a, &job.b})
    if (timing::operand_kind(operand->format) != operand->kind ||
        !timing::is_supported(config.point.pe, operand->format) ||
        operand->storage_bits != static_cast<std::uint32_t>(numerics::storage_bits(operand->format.bits)))
      return false;
  const std::int64_t advance = macs_of(job, config) * (is_weight_stationary(config) ? config.point.rows : 1);
  return job.a.depths.index_advance() == advance && job.b.depths.index_advance() == advance;
}

bool has_loop_nest(const JobWords& job, const CoreConfig& config) {
  if (job.slabs < 1 || job.m_blocks < 1 || job.n_blocks < 1) return false;
  const std::int64_t row_items = is_weight_stationary(config) ? 1 : config.point.rows;
  if (job.m_blocks > 1 && (!job.along_k || job.m_block % row_items != 0)) return false;
  return job.n_blocks == 1 || !job.along_k || job.n_block % config.point.cols == 0;
}

bool has_codes(const JobWords& job, std::uint64_t table_end, std::uint64_t num_words) {
  const CodeWords& codes = job.code_words;
  const auto is_finite = [](std::uint32_t scale) { return (scale >> 23 & 0xff) != 0xff; };
  if (job.along_k || job.wide || codes.bits % 2 != 0 || codes.bits < kMinBits || codes.bits > kMaxBits) return false;
  if (codes.min_code > codes.max_code || codes.min_code < -127) return false;
  if (!is_finite(codes.scale) || !is_finite(codes.inv_scale) || codes.inv_scale >> 31 != 0) return false;
  if (codes.is_random && codes.zero_point != 0) return false;
  const std::uint64_t columns = num_columns(job);
  return !codes.is_corrected ||
         (columns <= static_cast<std::uint64_t>(kMaxColumns) && table_end + columns <= num_words);
}

}  // namespace

std::int64_t most_descriptor_beats(std::int64_t port_bytes) {
  constexpr std::int64_t kMostWords =
      static_cast<std::int64_t>(kSlabTable) + static_cast<std::int64_t>(kSlabWords) * kMaxSlabEntries + kMaxColumns;
  return ceil_div(kMostWords * 4, port_bytes);
}

bool is_job(const JobWords& job, const CoreConfig& config, std::size_t num_words) {
  if (num_words < kSlabTable || !has_formats(job, config) || !has_loop_nest(job, config)) return false;
  if (job.slabs_per_image < 1 || job.slabs_per_image > kMaxSlabEntries) return false;
  const std::uint64_t table_end = kSlabTable + kSlabWords * num_slab_entries(job);
  if (table_end > num_words) return false;
  if (job.slabs > job.slabs_per_image && job.a_image_bits == 0) return false;
  return !job.has_codes || has_codes(job, table_end, num_words);
}

bool is_within_limits(const JobWords& job, const StepWalker& step, const CoreConfig& config) {
  const std::int64_t m = step.num_rows(), n = step.num_cols(), depth = step.depth(), macs = macs_of(job, config);
  if (m < 1 || n < 1 || m > config.sums || n > config.sums || m * n > config.sums) return false;
  if (depth < 1 || depth > numerics::max_accumulator_depth(job.a.format, job.b.format)) return false;
  if (depth / 8 > config.a_bytes + config.b_bytes) return false;
  const std::int64_t last_lanes = step.last_lanes();
  return last_lanes >= 1 && last_lanes <= macs && step.slices() * macs + last_lanes == depth + macs;
}

}  // namespace ampa::tlm
