#include <algorithm>

#include "common/ceil_div.h"
#include "gemm/cpu_columns.h"
#include "gemm/cpu_paths.h"

namespace ampa::gemm::cpu {
namespace {

constexpr std::int64_t kRowsPerPart = 32;
constexpr std::int64_t kDepthPerPiece = 4096;

// The rows of one part, raised to unsigned codes, over one piece of the depth.
struct Rows {
  std::vector<std::uint8_t> codes;
  std::vector<const std::uint8_t*> pointers;
  std::vector<std::int64_t> sums;
};

Rows copied_rows(const Operand& a, std::int64_t begin, std::int64_t count, std::int64_t k_begin, std::int64_t k_count,
                 const kernels::IntKernels& loops) {
  const std::int64_t step = round_up(k_count, kernels::kGroup);
  Rows rows;
  rows.codes.assign(static_cast<std::size_t>(count * step), 0);
  copy_rows(a, begin, count, k_begin, k_count, rows.codes.data(), step);
  if (a.format().is_signed) {
    std::vector<std::uint8_t> raised(rows.codes.size());
    loops.flip_sign(rows.codes.data(), count * step, raised.data());
    rows.codes.swap(raised);
  }
  for (std::int64_t row = 0; row < round_up(count, kernels::kTileRows); ++row)
    rows.pointers.push_back(rows.codes.data() + std::min(row, count - 1) * step);
  for (std::int64_t row = 0; row < count; ++row) {
    std::int64_t sum = 0;
    for (std::int64_t k = 0; k < k_count; ++k) sum += rows.codes[static_cast<std::size_t>(row * step + k)];
    rows.sums.push_back(sum);
  }
  return rows;
}

}  // namespace

void run_generic(const GemmJob& job, const SumsOut& out, ThreadPool& threads) {
  const kernels::IntKernels& loops = kernels::active_int();
  const std::int64_t m = job.m(), n = job.n(), k = job.k();
  // A piece's true sums fit 32 bits; computing them modulo 2^32 is therefore exact.
  const std::int64_t depth = std::min({k, kDepthPerPiece, job.shape().parts().max_depth()});
  for (std::int64_t k_begin = 0; k_begin < k; k_begin += depth) {
    const std::int64_t k_count = std::min(depth, k - k_begin);
    const Columns& columns = pack_columns(job.b, k_begin, k_count, k_count, job.a.format().is_signed, threads);
    const std::int64_t lowering = columns.is_lowered ? 128 : 0;
    const kernels::RowShape shape{1, 0, ceil_div(k_count, kernels::kGroup), 1, 0};
    threads.for_each_part(ceil_div(m, kRowsPerPart), [&](std::int64_t part) {
      const std::int64_t begin = part * kRowsPerPart, count = std::min(kRowsPerPart, m - begin);
      const Rows rows = copied_rows(job.a, begin, count, k_begin, k_count, loops);
      std::vector<std::int32_t> sums(static_cast<std::size_t>(count * n));
      loops.dot_rows(rows.pointers.data(), count, shape, columns.view(), sums.data());
      for (std::int64_t row = 0; row < count; ++row) {
        const auto correction = static_cast<std::uint32_t>(lowering * rows.sums[static_cast<std::size_t>(row)]);
        for (std::int64_t col = 0; col < n; ++col) {
          const auto from = static_cast<std::size_t>(row * n + col),
                     to = static_cast<std::size_t>((begin + row) * n + col);
          const auto sum = static_cast<std::int32_t>(static_cast<std::uint32_t>(sums[from]) + correction);
          if (out.is_wide())
            out.wide[to] = (k_begin == 0 ? 0 : out.wide[to]) + sum;
          else
            out.narrow[to] = (k_begin == 0 ? 0 : out.narrow[to]) + sum;
        }
      }
    });
  }
}

}  // namespace ampa::gemm::cpu
