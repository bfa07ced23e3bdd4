#include "gemm/cpu_backend.h"

#include "gemm/cpu_binary.h"
#include "gemm/cpu_dense.h"
#include "gemm/cpu_groups.h"
#include "gemm/cpu_paths.h"

namespace ampa::gemm {
namespace {

// Copies of operands that are not dense, kept for the next job.
CodeTensor& scratch(bool of_a) {
  thread_local CodeTensor a, b;
  return of_a ? a : b;
}

void run_gemm(const GemmJob& job, const cpu::SumsOut& out, ThreadPool& threads) {
  if (cpu::can_run_binary(job))
    cpu::run_binary(job, threads, out.narrow);
  else if (cpu::can_run_direct(job))
    cpu::run_direct(job, threads, out.narrow, nullptr);
  else if (cpu::can_run_correlation(job))
    cpu::run_correlation(job, out, threads);
  else if (cpu::can_run_outer(job))
    cpu::run_outer(job, out, threads);
  else
    cpu::run_generic(job, out, threads);
}

// Every GEMM of a batch on its own.
void run_batch(const GemmJob& job, Accumulators& out, ThreadPool& threads) {
  const JobShape shape = job.shape();
  const cpu::DenseOperand a(job.a, threads, scratch(true)), b(job.b, threads, scratch(false));
  const auto run_element = [&](std::int64_t i, ThreadPool& of_element) {
    run_gemm({a.element(i), b.element(i), job.layer, job.step, job.pass}, cpu::sums_from(out, i * shape.m * shape.n),
             of_element);
  };
  if (shape.batch >= 2 * threads.num_threads()) {
    threads.for_each_part(shape.batch, [&](std::int64_t i) {
      thread_local ThreadPool alone(1);
      run_element(i, alone);
    });
  } else {
    for (std::int64_t i = 0; i < shape.batch; ++i) run_element(i, threads);
  }
}

void run_merged(const GemmJob& job, std::int64_t together, Accumulators& out, ThreadPool& threads) {
  thread_local CodeTensor columns;
  thread_local Accumulators sums;
  const GemmJob merged = cpu::merge_groups(job, together, columns);
  reshape(sums, merged.shape());
  run_batch(merged, sums, threads);
  cpu::split_groups(job, together, sums, out, threads);
}

}  // namespace

std::optional<JobCycles> CpuBackend::run(const GemmJob& job, Accumulators& out) {
  check(job);
  reshape(out, job.shape());  // every path writes all sums
  if (cpu::can_run_depthwise(job)) {
    cpu::run_depthwise(job, *threads_, out.narrow.data(), nullptr);
    return std::nullopt;
  }
  if (cpu::can_run_depthwise_gradient(job)) {
    cpu::run_depthwise_gradient(job, cpu::sums_from(out, 0), *threads_);
    return std::nullopt;
  }
  if (const std::int64_t together = cpu::groups_to_merge(job); together > 1)
    run_merged(job, together, out, *threads_);
  else
    run_batch(job, out, *threads_);
  return std::nullopt;
}

bool CpuBackend::run_by_rows(const GemmJob& job, const RowSums& take) {
  check(job);
  if (cpu::can_run_depthwise(job)) {
    cpu::run_depthwise(job, *threads_, nullptr, take);
    return true;
  }
  if (job.batch() != 1 || cpu::can_run_binary(job) || !cpu::can_run_direct(job)) return false;
  const cpu::DenseOperand a(job.a, *threads_, scratch(true)), b(job.b, *threads_, scratch(false));
  cpu::run_direct({a.element(0), b.element(0), job.layer, job.step, job.pass}, *threads_, nullptr, take);
  return true;
}

}  // namespace ampa::gemm
