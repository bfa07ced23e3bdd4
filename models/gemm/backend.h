// Who can run a GemmJob.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "common/cycle_counts.h"
#include "common/uninitialized_vector.h"
#include "gemm/gemm_job.h"

namespace ampa::gemm {

// The sums of a job, row-major: M x N of every GEMM, one GEMM behind the other. A job of one accumulator part
// (JobShape::parts) has 32-bit sums in `narrow`; a job that is split along K has the 64-bit sums of its parts in
// `wide`. The other vector is empty.
struct Accumulators {
  std::int64_t rows = 0, cols = 0;  // rows: of all GEMMs, batch * M
  UninitializedVector<std::int32_t> narrow;
  UninitializedVector<std::int64_t> wide;

  bool is_wide() const { return !wide.empty(); }
  std::int64_t at(std::int64_t row, std::int64_t col) const {
    const auto i = static_cast<std::size_t>(row * cols + col);
    return is_wide() ? wide[i] : narrow[i];
  }
  friend bool operator==(const Accumulators& x, const Accumulators& y) {
    return x.rows == y.rows && x.cols == y.cols && x.narrow == y.narrow && x.wide == y.wide;
  }
};

// Gives `out` the shape that the job asks for; the sums are undefined. Reuses the memory that `out` has.
void reshape(Accumulators& out, const JobShape& shape);
// The same with all sums zero.
void reset(Accumulators& out, const JobShape& shape);

// Clock cycles of a job.
using JobCycles = CycleCounts;

// Takes rows [first_row, first_row + num_rows) of a job's M x N result, valid during the call.
using RowSums = std::function<void(std::int64_t first_row, std::int64_t num_rows, const std::int32_t* sums)>;

class Backend {
 public:
  virtual ~Backend() = default;

  virtual std::string_view name() const = 0;

  // Computes the job's sums of raw codes into `out`, those of all GEMMs of its batch. Returns the cycles it took if the
  // backend models time. Throws InputError if the job breaks gemm::check or a limit of the backend.
  virtual std::optional<JobCycles> run(const GemmJob& job, Accumulators& out) = 0;

  // Computes the same sums, and in place of keeping them hands them to `take` while they are in the cache, each row
  // once: whole lines of an image of the left operand in ascending order from one thread, or several whole images;
  // other images from other threads. A row of a batch, whose windows are of channels alone, is that of all its GEMMs
  // side by side. Returns false and has done nothing if the backend does not do that, or not with this job.
  virtual bool run_by_rows(const GemmJob& /*job*/, const RowSums& /*take*/) { return false; }
};

}  // namespace ampa::gemm
