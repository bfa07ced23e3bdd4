#include "quant/job_scales.h"

#include <algorithm>
#include <cstdlib>

#include "common/ceil_div.h"
#include "gemm/zero_point.h"
#include "kernels/kernels.h"
#include "numerics/corrected_sum.h"

namespace ampa::quant {
namespace {

constexpr std::int64_t kRowsPerPart = 1024;
constexpr std::int64_t kRowsTogether = 16;  // a cache line of every GEMM's sums

bool has_zero_points(const RowScales& scales) {
  return std::any_of(scales.params.begin(), scales.params.end(), [](const auto& p) { return p.zero_point != 0; });
}

}  // namespace

JobScales::JobScales(const gemm::GemmJob& job, const ScaleGroups& a, const ScaleGroups& b)
    : shape_(job.shape()),
      channel_windows_(job.a.num_channel_windows()),
      a_(row_scales(job, true, a)),
      b_(row_scales(job, false, b)) {
  if (has_zero_points(b_)) sum_a_ = gemm::row_sums(job.a);
  if (has_zero_points(a_)) sum_b_ = gemm::row_sums(job.b);
}

std::int64_t JobScales::corrected(const gemm::Accumulators& sums, std::int64_t gemm, std::int64_t m,
                                  std::int64_t n) const {
  const std::int64_t row = gemm * shape_.m + m, col = gemm * shape_.n + n;
  const std::int64_t za = a_.of(row).zero_point, zb = b_.of(col).zero_point;
  const std::int64_t row_part = zb == 0 ? 0 : zb * sum_a_[static_cast<std::size_t>(row)];
  const std::int64_t col_part = za == 0 ? 0 : za * (sum_b_[static_cast<std::size_t>(col)] - shape_.k * zb);
  return numerics::corrected_sum(sums.at(row, n), row_part, col_part);
}

float JobScales::scale(std::int64_t gemm, std::int64_t m, std::int64_t n) const {
  return a_.of(gemm * shape_.m + m).scale * b_.of(gemm * shape_.n + n).scale;
}

// Whether 32-bit sums of rows of one group want one correction a column.
bool JobScales::has_simple_columns(const gemm::Accumulators& sums) const {
  return !sums.is_wide() && sum_a_.empty() && b_.group.empty();
}

// Runs of rows of one group, by the vectorised loops.
void JobScales::dequantize_rows(const gemm::Accumulators& sums, bool add, ThreadPool& threads, float* out) const {
  struct Run {
    std::int64_t gemm = 0, first = 0, count = 0;  // rows of all GEMMs
  };
  std::vector<Run> runs;
  for (std::int64_t gemm = 0; gemm < shape_.batch; ++gemm)
    for (std::int64_t row = gemm * shape_.m, end = row + shape_.m; row < end;) {
      Run run{gemm, row, 0};
      const std::int64_t limit = std::min(end, row + kRowsPerPart);
      while (row < limit && a_.group_of(row) == a_.group_of(run.first)) ++row;
      run.count = row - run.first;
      runs.push_back(run);
    }
  const std::int64_t cols = shape_.n;
  threads.for_each_part(static_cast<std::int64_t>(runs.size()), [&](std::int64_t part) {
    const Run& run = runs[static_cast<std::size_t>(part)];
    const numerics::QuantParams& of_a = a_.of(run.first);
    std::vector<std::int32_t> col;  // within the accumulator bound
    if (of_a.zero_point != 0)
      for (std::int64_t n = 0; n < cols; ++n)
        col.push_back(
            static_cast<std::int32_t>(of_a.zero_point * sum_b_[static_cast<std::size_t>(run.gemm * cols + n)]));
    kernels::active().dequantize(sums.narrow.data() + run.first * cols, run.count, cols,
                                 col.empty() ? nullptr : col.data(), of_a.scale * b_.params[0].scale, add,
                                 out + run.first * cols);
  });
}

// Whether sums and their corrections are 32 bits wide, and the columns of every GEMM have one group.
bool JobScales::has_one_b_a_gemm(const gemm::Accumulators& sums) const {
  const auto fits = [](CodeFormat format, const RowScales& scales) {  // |code - zero point| within the bound of rule A2
    return !format.is_signed || !has_zero_points(scales);
  };
  if (sums.is_wide() || !fits(shape_.a, a_) || !fits(shape_.b, b_)) return false;
  for (std::int64_t col = 0; col < shape_.batch * shape_.n; ++col)
    if (b_.group_of(col) != b_.group_of(col / shape_.n * shape_.n)) return false;
  return true;
}

// Both operands may have zero points. What is subtracted may leave 32 bits where the difference does not: the
// subtraction is modulo 2^32.
void JobScales::dequantize_corrected_rows(const gemm::Accumulators& sums, bool add, ThreadPool& threads,
                                          float* out) const {
  threads.for_each_part(shape_.batch, [&](std::int64_t gemm) {
    const std::int64_t first_col = gemm * shape_.n;
    const numerics::QuantParams& of_b = b_.of(first_col);
    thread_local std::vector<std::uint32_t> columns;
    columns.assign(static_cast<std::size_t>(shape_.n), 0);
    std::int64_t za_of_columns = 0;
    for (std::int64_t row = gemm * shape_.m; row < (gemm + 1) * shape_.m; ++row) {
      const std::int64_t za = a_.of(row).zero_point, zb = of_b.zero_point;
      if (za != za_of_columns) {
        for (std::int64_t n = 0; n < shape_.n; ++n)
          columns[static_cast<std::size_t>(n)] = static_cast<std::uint32_t>(
              za == 0 ? 0 : za * (sum_b_[static_cast<std::size_t>(first_col + n)] - shape_.k * zb));
        za_of_columns = za;
      }
      const auto of_row = static_cast<std::uint32_t>(zb == 0 ? 0 : zb * sum_a_[static_cast<std::size_t>(row)]);
      const float scale = a_.of(row).scale * of_b.scale;
      const std::int32_t* const from = sums.narrow.data() + row * shape_.n;
      float* const to = out + row * shape_.n;
      for (std::int64_t n = 0; n < shape_.n; ++n) {
        const std::uint32_t difference =
            static_cast<std::uint32_t>(from[n]) - of_row - columns[static_cast<std::size_t>(n)];
        const float value = numerics::dequantize_sum(static_cast<std::int32_t>(difference), scale);
        to[n] = add ? to[n] + value : value;
      }
    }
  });
}

void JobScales::dequantize_values(const gemm::Accumulators& sums, std::int64_t channel_windows, bool add,
                                  ThreadPool& threads, float* out) const {
  const std::int64_t blocks = ceil_div(shape_.m, kRowsTogether), image_windows = shape_.batch / channel_windows;
  threads.for_each_part(image_windows * blocks, [&](std::int64_t part) {
    const std::int64_t image = part / blocks, begin = part % blocks * kRowsTogether;
    const std::int64_t end = std::min(begin + kRowsTogether, shape_.m);
    for (std::int64_t c = 0; c < channel_windows; ++c) {
      const std::int64_t gemm = image * channel_windows + c;
      for (std::int64_t m = begin; m < end; ++m) {
        float* const target = out + ((image * shape_.m + m) * channel_windows + c) * shape_.n;
        for (std::int64_t n = 0; n < shape_.n; ++n) {
          const float value = numerics::dequantize_sum(corrected(sums, gemm, m, n), scale(gemm, m, n));
          target[n] = add ? target[n] + value : value;
        }
      }
    }
  });
}

// 32-bit sums of one scale are put side by side, and then go through the vectorised loops.
void JobScales::dequantize_gathered(const gemm::Accumulators& sums, bool add, ThreadPool& threads, float* out) const {
  const std::int64_t windows = channel_windows_, cols = shape_.n, width = windows * cols;
  const std::int64_t blocks = ceil_div(shape_.m, kRowsTogether);
  const std::int64_t zero_point = a_.params[0].zero_point;
  threads.for_each_part(shape_.batch / windows * blocks, [&](std::int64_t part) {
    const std::int64_t image = part / blocks, begin = part % blocks * kRowsTogether;
    const std::int64_t count = std::min(kRowsTogether, shape_.m - begin);
    thread_local std::vector<std::int32_t> gathered, columns;
    gathered.resize(static_cast<std::size_t>(kRowsTogether * width));
    for (std::int64_t c = 0; c < windows; ++c) {
      const std::int32_t* from = sums.narrow.data() + ((image * windows + c) * shape_.m + begin) * cols;
      std::int32_t* to = gathered.data() + c * cols;
      for (std::int64_t row = 0; row < count; ++row, from += cols, to += width)
        for (std::int64_t n = 0; n < cols; ++n) to[n] = from[n];
    }
    columns.clear();
    if (zero_point != 0)
      for (std::int64_t col = 0; col < width; ++col)
        columns.push_back(
            static_cast<std::int32_t>(zero_point * sum_b_[static_cast<std::size_t>(image * width + col)]));
    kernels::active().dequantize(gathered.data(), count, width, columns.empty() ? nullptr : columns.data(),
                                 a_.params[0].scale * b_.params[0].scale, add,
                                 out + (image * shape_.m + begin) * width);
  });
}

void JobScales::dequantize_side_by_side(const gemm::Accumulators& sums, bool add, ThreadPool& threads,
                                        float* out) const {
  if (channel_windows_ == 1) return dequantize(sums, add, threads, out);
  if (has_simple_columns(sums) && a_.group.empty()) return dequantize_gathered(sums, add, threads, out);
  dequantize_values(sums, channel_windows_, add, threads, out);
}

void JobScales::dequantize(const gemm::Accumulators& sums, bool add, ThreadPool& threads, float* out) const {
  if (has_simple_columns(sums)) return dequantize_rows(sums, add, threads, out);
  if (has_one_b_a_gemm(sums)) return dequantize_corrected_rows(sums, add, threads, out);
  dequantize_values(sums, 1, add, threads, out);
}

double JobScales::mean_magnitude(const gemm::Accumulators& sums) const {
  const std::size_t of_b = b_.params.size();
  std::vector<std::int64_t> magnitudes(a_.params.size() * of_b, 0);
  for (std::int64_t gemm = 0; gemm < shape_.batch; ++gemm)
    for (std::int64_t m = 0; m < shape_.m; ++m)
      for (std::int64_t n = 0; n < shape_.n; ++n) {
        const auto ga = static_cast<std::size_t>(a_.group_of(gemm * shape_.m + m));
        const auto gb = static_cast<std::size_t>(b_.group_of(gemm * shape_.n + n));
        magnitudes[ga * of_b + gb] += std::abs(corrected(sums, gemm, m, n));
      }
  double total = 0;
  for (std::size_t i = 0; i < magnitudes.size(); ++i)
    total +=
        static_cast<double>(magnitudes[i]) * static_cast<double>(a_.params[i / of_b].scale * b_.params[i % of_b].scale);
  return total / static_cast<double>(shape_.batch * shape_.m * shape_.n);
}

}  // namespace ampa::quant
