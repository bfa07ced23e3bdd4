// The CPU backend on every instruction set and several numbers of threads, against the reference.
#pragma once

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "gemm/cpu_backend.h"
#include "gemm/reference_backend.h"
#include "kernels/kernels.h"

namespace ampa::gemm::testing {

inline std::string describe(const GemmJob& job) {
  const auto operand = [](const Operand& o) {
    return std::to_string(o.tensor->images) + "x" + std::to_string(o.out_height) + "x" + std::to_string(o.out_width) +
           " kernel " + std::to_string(o.kernel_height) + "x" + std::to_string(o.kernel_width) + " stride " +
           std::to_string(o.stride.y) + "," + std::to_string(o.stride.x) + " channels " +
           std::to_string(o.tensor->channels) + (o.format().is_signed ? " int" : " uint") +
           std::to_string(o.format().bits) + (o.transposed ? " transposed" : "");
  };
  return "a: " + operand(job.a) + ", b: " + operand(job.b);
}

// Runs every job on all instruction sets of this processor with 1, 2 and 3 threads and restores the best set.
class EverySet {
 public:
  EverySet() : names_(kernels::available()) {}
  ~EverySet() { kernels::select("auto"); }

  int jobs_by_rows() const { return by_rows_; }  // on any set and number of threads, so far

  void check_equal(const GemmJob& job) {
    Accumulators expected;
    ReferenceBackend().run(job, expected);
    check_all(job, expected);
  }

  void check_all(const GemmJob& job, const Accumulators& expected) {
    for (const std::string& name : names_) {
      kernels::select(name);
      for (ThreadPool* pool : {&one_, &two_, &three_}) {
        CHECK_FALSE(CpuBackend(*pool).run(job, out_).has_value());
        if (!(out_ == expected)) FAIL(name << ", " << pool->num_threads() << " threads, " << describe(job));
        if (!equal_by_rows(job, *pool, expected))
          FAIL(name << ", " << pool->num_threads() << " threads, by rows, " << describe(job));
      }
    }
  }

 private:
  // The sums as run_by_rows() hands them out, if it runs the job: those of a batch side by side.
  bool equal_by_rows(const GemmJob& job, ThreadPool& pool, const Accumulators& expected) {
    const std::int64_t batch = job.batch(), row_size = batch * job.n();
    std::vector<std::int32_t> found(static_cast<std::size_t>(job.m() * row_size));
    std::vector<int> times(static_cast<std::size_t>(job.m()), 0);
    std::atomic<bool> in_order{true};
    const auto take = [&](std::int64_t first, std::int64_t count, const std::int32_t* sums) {
      std::copy_n(sums, count * row_size, found.begin() + first * row_size);
      for (std::int64_t row = first; row < first + count; ++row) ++times[static_cast<std::size_t>(row)];
      const std::int64_t positions = job.a.out_height * job.a.out_width, width = job.a.out_width;
      const bool whole_images = first % positions == 0 && count % positions == 0;
      const bool whole_lines =
          whole_images || (first % width == 0 && count % width == 0 && first % positions + count <= positions);
      const bool follows = first % positions == 0 || times[static_cast<std::size_t>(first - 1)] == 1;
      if ((positions > 1 && !whole_lines) || !follows) in_order = false;
    };
    if (!CpuBackend(pool).run_by_rows(job, take)) return true;
    ++by_rows_;
    for (std::int64_t m = 0; m < job.m(); ++m)
      for (std::int64_t col = 0; col < row_size; ++col)
        if (found[static_cast<std::size_t>(m * row_size + col)] !=
            expected.at(col / job.n() * job.m() + m, col % job.n()))
          return false;
    return in_order && std::all_of(times.begin(), times.end(), [](int count) { return count == 1; });
  }

  int by_rows_ = 0;
  std::vector<std::string> names_;
  ThreadPool one_{1}, two_{2}, three_{3};
  Accumulators out_;  // kept between jobs: old sums must not show through
};

}  // namespace ampa::gemm::testing
