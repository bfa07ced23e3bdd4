// Products with a two-level right operand by counting bits, of one GEMM on dense operands (cpu_dense.h).
//
// With a = sum over planes of w_p A_p + c and b = 2 S - 1, A_p and S bits:
//   sum over k of a b = sum over p of w_p (2 |A_p and S| - |A_p|) + c (2 |S| - K).
// Bits behind the depth are 0 in all of them and count nowhere. Terms are summed modulo 2^32; the sum fits 32 bits.
#pragma once

#include "common/thread_pool.h"
#include "gemm/backend.h"
#include "gemm/cpu_bit_planes.h"

namespace ampa::gemm::cpu {

// Of one accumulator part: A's patches by the rows of B, or both transposed over as many positions.
bool can_run_binary(const GemmJob& job);
void run_binary(const GemmJob& job, ThreadPool& threads, std::int32_t* out);

// The two forms.
void run_binary_patches(const GemmJob& job, ThreadPool& threads, std::int32_t* out);
void run_binary_positions(const GemmJob& job, ThreadPool& threads, std::int32_t* out);

// What does not depend on the row: c (2 |S| - K).
std::uint32_t column_term(CodeFormat a, std::int64_t ones, std::int64_t depth);

}  // namespace ampa::gemm::cpu
