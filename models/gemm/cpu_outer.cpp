#include <algorithm>

#include "common/ceil_div.h"
#include "gemm/cpu_columns.h"
#include "gemm/cpu_paths.h"
#include "gemm/cpu_position_sums.h"
#include "gemm/cpu_scratch.h"

namespace ampa::gemm::cpu {
namespace {

// Images of one position each are the positions of one image.
PatchLayout merged(PatchLayout layout) {
  if (layout.height != 1 || layout.width != 1) return layout;
  layout.width = layout.images;
  layout.x_step = layout.image_step;
  layout.images = 1;
  return layout;
}

bool rows_follow(const PatchLayout& layout) {
  return layout.segments == 1 && layout.y_step == layout.width * layout.x_step;
}

// Rows that follow each other are one row: a row of its own takes whole groups of positions, of a token's row of one
// position three in four would be empty.
void join_rows(PatchLayout& layout) {
  layout.width *= layout.height;
  layout.height = 1;
}

struct Plan {
  PatchLayout g, x;
  PositionSums sums;
  kernels::OuterShape shape;
  std::int64_t grid_rows = 0;  // rows of an image's grid that its positions touch
};

Plan plan(const GemmJob& job) {
  Plan plan;
  plan.g = merged(patch_layout(job.a));
  plan.x = merged(patch_layout(job.b));
  if (rows_follow(plan.g) && rows_follow(plan.x)) {
    join_rows(plan.g);
    join_rows(plan.x);
  }
  plan.sums = position_sums(job, plan.x.images, plan.x.segments, plan.x.segment_length);
  plan.shape.heights = plan.x.height;
  plan.shape.groups = ceil_div(plan.x.width, kernels::kGroup);
  plan.shape.y_stride = job.b.stride.y;
  plan.shape.segments = plan.x.segments;
  plan.shape.lane_blocks = plan.sums.lane_blocks();
  plan.shape.x_row_step = plan.shape.lane_blocks * plan.shape.groups * kernels::kBlockBytes;
  plan.grid_rows = (plan.x.height - 1) * job.b.stride.y + plan.x.segments;
  return plan;
}

void sum_images(const Plan& plan, const GemmJob& job, const PositionTask& task, std::int32_t* sums) {
  const kernels::IntKernels& loops = kernels::active_int();
  const std::int64_t g_row_bytes = plan.shape.groups * kernels::kBlockBytes;
  thread_local UninitializedVector<std::uint8_t> g_memory, x_memory;
  std::uint8_t* g = at_least(g_memory, task.num_blocks * plan.shape.heights * g_row_bytes);
  std::uint8_t* x = at_least(x_memory, plan.grid_rows * plan.shape.x_row_step);
  const std::uint8_t* g_codes = job.a.tensor->bytes.data() + plan.g.origin + task.first_block * kernels::kLanes;
  const std::uint8_t* x_codes = job.b.tensor->bytes.data() + plan.x.origin;
  for (std::int64_t image = task.first_image; image < task.end_image; ++image) {
    for (std::int64_t row = 0; row < plan.grid_rows; ++row)
      loops.interleave(x_codes + image * plan.x.image_step + row * plan.x.segment_step, plan.x.x_step, plan.x.width,
                       plan.shape.lane_blocks, x + row * plan.shape.x_row_step);
    for (std::int64_t block = 0; block < task.num_blocks; ++block)
      for (std::int64_t y = 0; y < plan.shape.heights; ++y)
        loops.interleave(g_codes + block * kernels::kLanes + image * plan.g.image_step + y * plan.g.y_step,
                         plan.g.x_step, plan.g.width, 1, g + (block * plan.shape.heights + y) * g_row_bytes);
    loops.outer_sums(reinterpret_cast<const std::int8_t*>(g), task.num_blocks, x, plan.shape, sums);
  }
}

}  // namespace

bool can_run_outer(const GemmJob& job) {
  const Operand &a = job.a, &b = job.b;
  return a.transposed && b.transposed && a.kernel_height == 1 && a.kernel_width == 1 && !needs_lowering(a.format()) &&
         !b.format().is_signed && a.num_images() == b.num_images() && a.out_height == b.out_height &&
         a.out_width == b.out_width &&
         job.shape().parts().max_depth() >= a.num_patches() / merged(patch_layout(a)).images;
}

void run_outer(const GemmJob& job, const SumsOut& out, ThreadPool& threads) {
  const Plan shared = plan(job);
  run_position_sums(shared.sums, out, threads,
                    [&](const PositionTask& task, std::int32_t* sums) { sum_images(shared, job, task, sums); });
}

}  // namespace ampa::gemm::cpu
