#include <algorithm>

#include "gemm/cpu_columns.h"
#include "gemm/cpu_paths.h"
#include "gemm/cpu_scratch.h"

namespace ampa::gemm::cpu {
namespace {

constexpr std::int64_t kMacsPerPart = 1 << 20;
constexpr std::int64_t kFewestRows = 4 * kernels::kTileRows;

// Whole images, so that a part whose codes must be raised copies no image twice; of images that are single rows enough
// to make use of the columns while they are near.
std::int64_t images_per_part(const GemmJob& job, std::int64_t rows_per_image) {
  const std::int64_t macs_per_image = rows_per_image * job.n() * job.k();
  const std::int64_t images = std::max<std::int64_t>(1, kMacsPerPart / macs_per_image);
  return rows_per_image > 1 ? images : round_up(images, kFewestRows);
}

}  // namespace

bool can_run_direct(const GemmJob& job) {
  return !job.a.transposed && !needs_lowering(job.b.format()) &&
         numerics::num_accumulator_parts(job.a.format(), job.b.format(), job.k()) == 1;
}

void run_direct(const GemmJob& job, ThreadPool& threads, std::int32_t* out, const ImageSums& take) {
  const kernels::IntKernels& loops = kernels::active_int();
  const PatchLayout layout = patch_layout(job.a);
  const bool raise = job.a.format().is_signed;
  const Columns columns = pack_columns(job.b, 0, job.k(), layout.segment_length, raise, threads);
  const std::uint8_t* codes = job.a.tensor->bytes.data();
  const std::int64_t rows_per_image = layout.height * layout.width, n = job.n();
  const std::int64_t images = images_per_part(job, rows_per_image);
  threads.for_each_part(ceil_div(layout.images, images), [&](std::int64_t part) {
    const std::int64_t first = part * images, last = std::min(first + images, layout.images);
    const std::int64_t begin = first * rows_per_image, end = last * rows_per_image;
    const bool single = rows_per_image == 1;
    const kernels::RowShape shape{layout.segments, layout.segment_step,
                                  ceil_div(layout.segment_length, kernels::kGroup),
                                  single ? last - first : layout.width, single ? layout.image_step : layout.x_step};
    thread_local std::vector<const std::uint8_t*> rows;
    thread_local UninitializedVector<std::uint8_t> raised_memory;
    if (raise) {
      const std::int64_t size = (last - first) * layout.image_step;
      std::uint8_t* raised = at_least(raised_memory, size + kernels::kGroup);
      loops.flip_sign(codes + first * layout.image_step, size, raised);
      patch_pointers(layout, raised, first * layout.image_step, begin, end, rows);
    } else {
      patch_pointers(layout, codes, 0, begin, end, rows);
    }
    thread_local UninitializedVector<std::int32_t> sums_memory;
    if (!out) sums_memory.resize(static_cast<std::size_t>((end - begin) * n));
    std::int32_t* const sums = out ? out + begin * n : sums_memory.data();
    loops.dot_rows(rows.data(), end - begin, shape, columns.view(), sums);
    if (!out) take(first, last - first, sums);
  });
}

}  // namespace ampa::gemm::cpu
