#include <algorithm>

#include "gemm/cpu_columns.h"
#include "gemm/cpu_paths.h"
#include "gemm/cpu_scratch.h"

namespace ampa::gemm::cpu {
namespace {

constexpr std::int64_t kMaxParts = 16;           // image groups with sums of their own
constexpr std::int64_t kMaxSumBytes = 64 << 20;  // over all parts
constexpr std::int64_t kRowSplits = 8;           // tasks that share the only image

// Images of one position each are the positions of one image.
PatchLayout merged(PatchLayout layout) {
  if (layout.height != 1 || layout.width != 1) return layout;
  layout.width = layout.images;
  layout.x_step = layout.image_step;
  layout.images = 1;
  return layout;
}

// How a job's sums are laid out and divided. A task is one group of images and one range of row blocks.
struct Plan {
  PatchLayout g, x;
  kernels::OuterShape shape;
  std::int64_t y_stride = 0;
  std::int64_t grid_rows = 0;   // rows of an image's grid that its positions touch
  std::int64_t row_blocks = 0;  // of 16
  std::int64_t lanes = 0;       // columns of the sums, unused ones included
  std::int64_t images_per_part = 0, num_parts = 0;
  std::int64_t blocks_per_task = 0, splits = 0;

  std::int64_t sums_size() const { return row_blocks * kernels::kLanes * lanes; }
};

std::int64_t positions_per_image(const PatchLayout& layout) {
  return layout.height * layout.width;
}

std::int64_t max_images_per_part(const GemmJob& job, const PatchLayout& layout) {
  return numerics::max_accumulator_depth(job.a.format(), job.b.format()) / positions_per_image(layout);
}

Plan plan(const GemmJob& job) {
  Plan plan;
  plan.g = merged(patch_layout(job.a));
  plan.x = merged(patch_layout(job.b));
  plan.shape.heights = plan.x.height;
  plan.shape.groups = ceil_div(plan.x.width, kernels::kGroup);
  plan.shape.y_stride = job.b.stride;
  plan.shape.segments = plan.x.segments;
  plan.shape.lane_blocks = ceil_div(plan.x.segment_length, kernels::kLanes);
  plan.shape.x_row_step = plan.shape.lane_blocks * plan.shape.groups * kernels::kBlockBytes;
  plan.grid_rows = (plan.x.height - 1) * job.b.stride + plan.x.segments;
  plan.row_blocks = ceil_div(job.m(), kernels::kLanes);
  plan.lanes = plan.shape.segments * plan.shape.lane_blocks * kernels::kLanes;
  const std::int64_t affordable = std::clamp<std::int64_t>(kMaxSumBytes / (plan.sums_size() * 4), 1, kMaxParts);
  plan.images_per_part = std::min(ceil_div(plan.x.images, affordable), max_images_per_part(job, plan.x));
  plan.num_parts = ceil_div(plan.x.images, plan.images_per_part);
  plan.blocks_per_task = plan.x.images == 1 ? ceil_div(plan.row_blocks, kRowSplits) : plan.row_blocks;
  plan.splits = ceil_div(plan.row_blocks, plan.blocks_per_task);
  return plan;
}

// One task's share of the sums: images of a part, row blocks of a split.
void sum_images(const Plan& plan, const GemmJob& job, std::int64_t part, std::int64_t split, std::int32_t* sums) {
  const kernels::IntKernels& loops = kernels::active_int();
  const std::int64_t first_block = split * plan.blocks_per_task;
  const std::int64_t blocks = std::min(plan.blocks_per_task, plan.row_blocks - first_block);
  const std::int64_t g_row_bytes = plan.shape.groups * kernels::kBlockBytes;
  thread_local std::vector<std::uint8_t> g_memory, x_memory;
  std::uint8_t* g = at_least(g_memory, blocks * plan.shape.heights * g_row_bytes);
  std::uint8_t* x = at_least(x_memory, plan.grid_rows * plan.shape.x_row_step);
  const std::uint8_t* g_codes = job.a.tensor->bytes.data() + plan.g.origin + first_block * kernels::kLanes;
  const std::uint8_t* x_codes = job.b.tensor->bytes.data() + plan.x.origin;
  std::int32_t* const own_sums = sums + first_block * kernels::kLanes * plan.lanes;
  std::fill_n(own_sums, blocks * kernels::kLanes * plan.lanes, 0);
  const std::int64_t end = std::min((part + 1) * plan.images_per_part, plan.x.images);
  for (std::int64_t image = part * plan.images_per_part; image < end; ++image) {
    for (std::int64_t row = 0; row < plan.grid_rows; ++row)
      loops.interleave(x_codes + image * plan.x.image_step + row * plan.x.segment_step, plan.x.x_step, plan.x.width,
                       plan.shape.lane_blocks, x + row * plan.shape.x_row_step);
    for (std::int64_t block = 0; block < blocks; ++block)
      for (std::int64_t y = 0; y < plan.shape.heights; ++y)
        loops.interleave(g_codes + block * kernels::kLanes + image * plan.g.image_step + y * plan.g.y_step,
                         plan.g.x_step, plan.g.width, 1, g + (block * plan.shape.heights + y) * g_row_bytes);
    loops.outer_sums(reinterpret_cast<const std::int8_t*>(g), blocks, x, plan.shape, own_sums);
  }
}

// Adds the parts and drops the lanes that do not exist.
template <typename Sum>
void add_parts(const Plan& plan, const std::int32_t* sums, std::int64_t m, Sum* out) {
  const std::int64_t padded = plan.shape.lane_blocks * kernels::kLanes, length = plan.x.segment_length;
  for (std::int64_t segment = 0; segment < plan.shape.segments; ++segment)
    for (std::int64_t part = 0; part < plan.num_parts; ++part) {
      const std::int32_t* from = sums + part * plan.sums_size() + m * plan.lanes + segment * padded;
      Sum* to = out + (m * plan.shape.segments + segment) * length;
      for (std::int64_t i = 0; i < length; ++i) to[i] = (part == 0 ? 0 : to[i]) + from[i];
    }
}

}  // namespace

bool can_run_outer(const GemmJob& job) {
  const Operand &a = job.a, &b = job.b;
  return a.transposed && b.transposed && a.kernel_height == 1 && a.kernel_width == 1 && !needs_lowering(a.format()) &&
         !b.format().is_signed && a.tensor->images == b.tensor->images && a.out_height == b.out_height &&
         a.out_width == b.out_width && max_images_per_part(job, merged(patch_layout(b))) >= 1;
}

void run_outer(const GemmJob& job, Accumulators& out, ThreadPool& threads) {
  const Plan shared = plan(job);
  thread_local std::vector<std::int32_t> sums_memory;
  std::int32_t* const sums = at_least(sums_memory, shared.num_parts * shared.sums_size());
  threads.for_each_part(shared.num_parts * shared.splits, [&](std::int64_t task) {
    const std::int64_t part = task / shared.splits, split = task % shared.splits;
    sum_images(shared, job, part, split, sums + part * shared.sums_size());
  });
  threads.for_each_part(job.m(), [&](std::int64_t m) {
    if (out.is_wide())
      add_parts(shared, sums, m, out.wide.data());
    else
      add_parts(shared, sums, m, out.narrow.data());
  });
}

}  // namespace ampa::gemm::cpu
