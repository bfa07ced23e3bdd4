// The ways in which the CPU backend computes a job: whole batches of one channel each, and GEMMs one by one on dense
// operands (cpu_dense.h). Each writes all sums of `out`.
#pragma once

#include "common/thread_pool.h"
#include "gemm/backend.h"
#include "gemm/cpu_sums.h"

namespace ampa::gemm::cpu {

// The batch of a depthwise convolution, one channel a GEMM, forward or data gradient: lines of all channels at a time
// in FP32, which holds sums of so few products of codes exactly.
bool can_run_depthwise(const GemmJob& job);
// Writes the sums to `out`, GEMM by GEMM, or hands them to `take`, channels side by side, if out is null.
void run_depthwise(const GemmJob& job, ThreadPool& threads, std::int32_t* out, const RowSums& take);

// Its weight gradient.
bool can_run_depthwise_gradient(const GemmJob& job);
void run_depthwise_gradient(const GemmJob& job, const SumsOut& out, ThreadPool& threads);

// Convolution straight from the grid: patches of A, not transposed, in one accumulator part, by columns of B that fit
// signed bytes. Forward passes and activation gradients.
bool can_run_direct(const GemmJob& job);
// Writes the sums to `out`, or hands them to `take` if out is null.
void run_direct(const GemmJob& job, ThreadPool& threads, std::int32_t* out, const RowSums& take);

// Sums over positions: both operands transposed over the same positions, A a 1 x 1 window of codes that fit signed
// bytes. Weight gradients.
bool can_run_outer(const GemmJob& job);
void run_outer(const GemmJob& job, const SumsOut& out, ThreadPool& threads);

// The same sums for instruction sets with tiles, where both operands lie on grids of one width and A has zeros between
// its positions: the grids are correlated as they lie, one long row each.
bool can_run_correlation(const GemmJob& job);
void run_correlation(const GemmJob& job, const SumsOut& out, ThreadPool& threads);

// Every job: rows of A are copied out, and the depth is worked off in pieces.
void run_generic(const GemmJob& job, const SumsOut& out, ThreadPool& threads);

}  // namespace ampa::gemm::cpu
