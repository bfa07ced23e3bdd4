#include "gemm/cpu_position_sums.h"

#include <algorithm>

#include "common/ceil_div.h"
#include "gemm/cpu_scratch.h"

namespace ampa::gemm::cpu {
namespace {

constexpr std::int64_t kTasks = 8;               // so many at least, where rows and images allow
constexpr std::int64_t kMaxSumBytes = 64 << 20;  // over all parts: image groups with sums of their own
constexpr std::int64_t kTaskBytes = 1 << 20;     // of a task's sums, which every image is added to

// Adds the parts of one row and drops the lanes that do not exist.
template <typename Sum>
void add_parts(const PositionSums& shape, const std::int32_t* sums, std::int64_t row, Sum* out) {
  const std::int64_t padded = shape.lane_blocks() * kernels::kLanes;
  for (std::int64_t segment = 0; segment < shape.segments; ++segment)
    for (std::int64_t part = 0; part < shape.num_parts; ++part) {
      const std::int32_t* from = sums + part * shape.size() + row * shape.row_size() + segment * padded;
      Sum* to = out + (row * shape.segments + segment) * shape.length;
      if (part == 0)
        std::copy_n(from, shape.length, to);
      else
        for (std::int64_t i = 0; i < shape.length; ++i) to[i] += from[i];
    }
}

}  // namespace

PositionSums position_sums(const GemmJob& job, std::int64_t images, std::int64_t segments, std::int64_t length) {
  PositionSums shape;
  shape.rows = job.m();
  shape.images = images;
  shape.segments = segments;
  shape.length = length;
  const std::int64_t blocks = shape.row_blocks(), block_bytes = shape.size() / blocks * 4;
  shape.blocks_per_task = std::clamp<std::int64_t>(kTaskBytes / block_bytes, 1, blocks);
  if (images == 1) shape.blocks_per_task = std::min(shape.blocks_per_task, ceil_div(blocks, kTasks));
  shape.splits = ceil_div(blocks, shape.blocks_per_task);
  const std::int64_t affordable = std::max<std::int64_t>(kMaxSumBytes / (shape.size() * 4), 1);
  const std::int64_t parts = std::min(affordable, ceil_div(kTasks, shape.splits));
  const std::int64_t bound = job.shape().parts().max_depth();
  shape.images_per_part = std::min(ceil_div(images, parts), bound / (job.k() / images));
  shape.num_parts = ceil_div(images, shape.images_per_part);
  return shape;
}

void run_position_sums(const PositionSums& shape, const SumsOut& out, ThreadPool& threads,
                       const std::function<void(const PositionTask& task, std::int32_t* sums)>& sum) {
  thread_local UninitializedVector<std::int32_t> sums_memory;
  std::int32_t* const sums = at_least(sums_memory, shape.num_parts * shape.size());
  threads.for_each_part(shape.num_parts * shape.splits, [&](std::int64_t index) {
    const std::int64_t part = index / shape.splits, split = index % shape.splits;
    PositionTask task;
    task.first_image = part * shape.images_per_part;
    task.end_image = std::min(task.first_image + shape.images_per_part, shape.images);
    task.first_block = split * shape.blocks_per_task;
    task.num_blocks = std::min(shape.blocks_per_task, shape.row_blocks() - task.first_block);
    const std::int64_t block_size = kernels::kLanes * shape.row_size();
    std::int32_t* const own = sums + part * shape.size() + task.first_block * block_size;
    std::fill_n(own, task.num_blocks * block_size, 0);
    sum(task, own);
  });
  threads.for_each_part(shape.rows, [&](std::int64_t row) {
    if (out.is_wide())
      add_parts(shape, sums, row, out.wide);
    else
      add_parts(shape, sums, row, out.narrow);
  });
}

}  // namespace ampa::gemm::cpu
