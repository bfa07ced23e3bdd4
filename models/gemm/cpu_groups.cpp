#include "gemm/cpu_groups.h"

#include <algorithm>

#include "kernels/int_dot.h"

namespace ampa::gemm::cpu {
namespace {

// Each GEMM reads channels of its own, all GEMMs together those of the tensor.
bool shares_channels(const Operand& operand) {
  return operand.num_image_windows() == 1 && operand.channels.first == 0 &&
         operand.num_channels() * operand.num_channel_windows() == operand.tensor->channels;
}

bool has_grouped_weights(const GemmJob& job) {
  const Operand &a = job.a, &b = job.b;
  return !a.transposed && shares_channels(a) && !b.transposed && b.num_channel_windows() == 1 &&
         b.reads_all_channels() && b.num_image_windows() == a.num_channel_windows() &&
         b.out_height * b.out_width == 1 && b.format().is_signed;
}

bool is_grouped_gradient(const GemmJob& job) {
  const Operand &a = job.a, &b = job.b;
  return a.transposed && b.transposed && shares_channels(a) && shares_channels(b) &&
         a.num_channel_windows() == b.num_channel_windows() && a.kernel_height * a.kernel_width == 1;
}

void merge_channels(Operand& operand, std::int64_t together) {
  operand.channels = {0, operand.num_channels() * together, operand.num_channel_windows() / together};
}

// Where depth k of a patch of one group lies in that of merged ones; `group` counts among those.
std::int64_t merged_depth(const Operand& operand, std::int64_t together, std::int64_t group, std::int64_t k) {
  const std::int64_t channels = operand.num_channels();
  return (k / channels * together + group) * channels + k % channels;
}

template <typename Sum>
void split(const GemmJob& job, std::int64_t together, const Sum* merged, Sum* out, ThreadPool& threads) {
  const std::int64_t m = job.m(), n = job.n();
  threads.for_each_part(job.batch(), [&](std::int64_t group) {
    const std::int64_t inside = group % together;
    Sum* to = out + group * m * n;
    if (!job.a.transposed) {
      const Sum* from = merged + group / together * m * n * together + inside * n;
      for (std::int64_t row = 0; row < m; ++row, from += n * together, to += n) std::copy_n(from, n, to);
      return;
    }
    const std::int64_t width = n * together;  // the block of a group is on the diagonal
    const Sum* from = merged + (group / together * together + inside) * m * width;
    for (std::int64_t row = 0; row < m; ++row, from += width, to += n)
      for (std::int64_t k = 0; k < n; ++k) to[k] = from[merged_depth(job.b, together, inside, k)];
  });
}

}  // namespace

std::int64_t groups_to_merge(const GemmJob& job) {
  const std::int64_t groups = job.batch();
  if (groups == 1 || (!has_grouped_weights(job) && !is_grouped_gradient(job))) return 1;
  const std::int64_t width = job.a.transposed ? job.a.num_channels() : job.n();
  std::int64_t together = std::min(groups, kernels::kLanes / width);
  while (together > 1 && groups % together != 0) --together;
  if (together <= 1) return 1;
  const bool is_deep =
      !job.a.transposed && AccumulatorParts(job.a.format(), job.b.format(), job.k() * together).is_split();
  return is_deep ? 1 : together;
}

GemmJob merge_groups(const GemmJob& job, std::int64_t together, CodeTensor& columns) {
  GemmJob merged = job;
  merge_channels(merged.a, together);
  if (job.a.transposed) {
    merge_channels(merged.b, together);
    return merged;
  }
  const std::int64_t n = job.n(), k = job.k(), groups = job.batch();
  resize(columns, job.b.format(), 0, groups * n, 1, 1, k * together);
  std::fill(columns.bytes.begin(), columns.bytes.end(), std::uint8_t{0});
  for (std::int64_t group = 0; group < groups; ++group) {
    const Operand one = job.b.element(group);
    for (std::int64_t row = 0; row < n; ++row) {
      std::uint8_t* const to = columns.bytes.data() + columns.offset(group * n + row, 0, 0);
      for (std::int64_t i = 0; i < k; ++i)
        to[merged_depth(job.a, together, group % together, i)] = static_cast<std::uint8_t>(one.code(row, i));
    }
  }
  merged.b = whole(columns);
  merged.b.images = {0, n * together, groups / together};
  return merged;
}

void split_groups(const GemmJob& job, std::int64_t together, const Accumulators& merged, Accumulators& out,
                  ThreadPool& threads) {
  if (out.is_wide())
    split(job, together, merged.wide.data(), out.wide.data(), threads);
  else
    split(job, together, merged.narrow.data(), out.narrow.data(), threads);
}

}  // namespace ampa::gemm::cpu
