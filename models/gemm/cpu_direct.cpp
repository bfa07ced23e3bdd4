#include <algorithm>

#include "common/ceil_div.h"
#include "gemm/cpu_columns.h"
#include "gemm/cpu_paths.h"
#include "gemm/cpu_scratch.h"

namespace ampa::gemm::cpu {
namespace {

constexpr std::int64_t kMacsPerPart = 1 << 20;
constexpr std::int64_t kFewestRows = 4 * kernels::kTileRows;

// Columns that the caches near a core do not hold are worth their way for so many rows only; 1 for others.
std::int64_t fewest_rows(const GemmJob& job) {
  constexpr std::int64_t kNearBytes = 256 << 10, kRows = 64;
  return job.n() * job.k() > kNearBytes ? kRows : 1;
}

// Whole images, so that a part whose codes must be raised copies no image twice; of images that are single rows enough
// to make use of the columns while they are near.
std::int64_t images_per_part(const GemmJob& job, std::int64_t rows_per_image) {
  const std::int64_t macs_per_image = rows_per_image * job.n() * job.k();
  const std::int64_t images =
      std::max(std::max<std::int64_t>(1, kMacsPerPart / macs_per_image), fewest_rows(job) / rows_per_image);
  return rows_per_image > 1 ? images : round_up(images, kFewestRows);
}

// Whole lines, or whole images, whose sums stay in the first cache if the columns do not ask for more rows.
std::int64_t rows_together(const GemmJob& job, const PatchLayout& layout) {
  constexpr std::int64_t kSums = 4096;
  const std::int64_t rows_per_image = layout.height * layout.width, fewest = fewest_rows(job);
  if (rows_per_image == 1) return round_up(std::max(kSums / job.n() + 1, fewest), kFewestRows);
  if (fewest >= rows_per_image) return fewest / rows_per_image * rows_per_image;
  return layout.width *
         std::max(std::max<std::int64_t>(1, kSums / (job.n() * layout.width)), ceil_div(fewest, layout.width));
}

// Of neighbouring rows: the positions of a line, or images that are single rows, lie at one distance.
kernels::RowShape row_shape(const PatchLayout& layout, std::int64_t num_rows, bool is_signed) {
  const bool single = layout.height * layout.width == 1;
  return {layout.segments,
          layout.segment_step,
          ceil_div(layout.segment_length, kernels::kGroup),
          single ? num_rows : layout.width,
          single ? layout.image_step : layout.x_step,
          is_signed};
}

}  // namespace

bool can_run_direct(const GemmJob& job) {
  return !job.a.transposed && !needs_lowering(job.b.format()) && !job.shape().parts().is_split();
}

void run_direct(const GemmJob& job, ThreadPool& threads, std::int32_t* out, const RowSums& take) {
  const kernels::IntKernels& loops = kernels::active_int();
  const PatchLayout layout = patch_layout(job.a);
  const bool is_signed = job.a.format().is_signed, raise = is_signed && !loops.takes_signed_rows;
  const Columns& columns = pack_columns(job.b, 0, job.k(), layout.segment_length, raise, threads);
  const std::int64_t rows_per_image = layout.height * layout.width, n = job.n();
  const std::int64_t images = images_per_part(job, rows_per_image), step = rows_together(job, layout);
  threads.for_each_part(ceil_div(layout.images, images), [&](std::int64_t part) {
    const std::int64_t first = part * images, last = std::min(first + images, layout.images);
    const std::uint8_t* codes = job.a.tensor->bytes.data() + (job.a.images.first + first) * layout.image_step;
    thread_local UninitializedVector<std::uint8_t> raised_memory;
    if (raise) {
      const std::int64_t size = (last - first) * layout.image_step;
      std::uint8_t* raised = at_least(raised_memory, size + kernels::kGroup);
      loops.flip_sign(codes, size, raised);
      codes = raised;
    }
    thread_local std::vector<const std::uint8_t*> rows;
    thread_local UninitializedVector<std::int32_t> sums_memory;
    for (std::int64_t row = first * rows_per_image, end = row; row < last * rows_per_image; row = end) {
      const bool of_images = step % rows_per_image == 0;
      const std::int64_t whole = of_images ? last * rows_per_image : (row / rows_per_image + 1) * rows_per_image;
      end = std::min(row + step, whole);
      const kernels::RowShape shape = row_shape(layout, end - row, is_signed && !raise);
      patch_pointers(layout, codes, (job.a.images.first + first) * layout.image_step, row, end, rows);
      std::int32_t* const sums = out ? out + row * n : at_least(sums_memory, step * n);
      loops.dot_rows(rows.data(), end - row, shape, columns.view(), sums);
      if (!out) take(row, end - row, sums);
    }
  });
}

}  // namespace ampa::gemm::cpu
