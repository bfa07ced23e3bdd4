// The right operand of a job, rearranged for the integer dot products.
#pragma once

#include <cstdint>

#include "common/thread_pool.h"
#include "common/uninitialized_vector.h"
#include "gemm/cpu_operand.h"
#include "kernels/int_dot.h"

namespace ampa::gemm::cpu {

// Depths [k_begin, k_begin + k_count) of all rows of an operand as signed bytes. Unsigned 8-bit codes do not fit one;
// they are stored 128 lower (is_lowered), and the left operand's row sums make good for it.
struct Columns {
  UninitializedVector<std::int8_t> codes;
  UninitializedVector<std::int32_t> start;
  std::int64_t num_cols = 0;
  bool is_lowered = false;

  kernels::PackedColumns view() const { return {codes.data(), start.data(), num_cols}; }
};

// Whether codes of a format are stored 128 lower.
constexpr bool needs_lowering(CodeFormat format) {
  return !format.is_signed && format.bits == 8;
}

// The depth is cut into pieces of segment_length, as the left operand's patches are; each takes whole groups of 4. The
// start values make good for a left operand whose codes are 128 above its own (left_is_raised). The result is the
// calling thread's own until its next call: memory of this size is costly to get.
const Columns& pack_columns(const Operand& b, std::int64_t k_begin, std::int64_t k_count, std::int64_t segment_length,
                            bool left_is_raised, ThreadPool& threads);

}  // namespace ampa::gemm::cpu
