// Times the loops of a training step by kind of work, or counts the bytes that they move, from outside: the loops of
// the active instruction set and the backend are called through functions that measure and pass on.
#pragma once

#include <array>
#include <cstdint>

#include "bench/cache_model.h"
#include "gemm/cpu_backend.h"

namespace ampa::bench {

enum class Work {
  kForward,         // integer products, with the packing of operands and the hand-over between threads
  kDataGradient,    // likewise
  kWeightGradient,  // likewise
  kToFloat,         // integer sums to FP32, shortcut gradients added
  kNormForward,     // batch norm, addition and ReLU, with the sums and extremes that batch norm needs
  kNormBackward,    // gradients of the same
  kQuantize,        // range and quantizers
  kFp32,            // layers that are not quantized
};
constexpr std::size_t kNumWorks = 8;

std::uint64_t ticks();  // of a clock that is cheap to read

// Of all threads together, since the last call.
struct Tally {
  std::uint64_t ticks = 0;
  Traffic traffic;
};
using Tallies = std::array<Tally, kNumWorks>;
Tallies take_tallies();

// Puts measuring loops around those of the active instruction set. They count bytes while `cache` is not null, which
// takes one thread only; at other times they are timed.
void meter_loops();
void count_bytes(CacheModel* cache);

// The trainer's backend; the time of a job is that of its caller on every thread, without what `take` does.
class MeteredBackend : public gemm::Backend {
 public:
  explicit MeteredBackend(ThreadPool& threads) : threads_(&threads), backend_(threads) {}
  std::string_view name() const override { return backend_.name(); }
  std::optional<gemm::JobCycles> run(const gemm::GemmJob& job, gemm::Accumulators& out) override;
  bool run_by_rows(const gemm::GemmJob& job, const gemm::RowSums& take) override;

 private:
  ThreadPool* threads_;
  gemm::CpuBackend backend_;
};

}  // namespace ampa::bench
