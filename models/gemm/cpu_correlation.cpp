#include <algorithm>
#include <utility>

#include "common/ceil_div.h"
#include "gemm/cpu_paths.h"
#include "gemm/cpu_position_sums.h"
#include "gemm/cpu_scratch.h"

namespace ampa::gemm::cpu {
namespace {

// The positions of a grid in one row, one behind the other. Images of one position each are the positions of one image.
struct Grid {
  std::int64_t images = 0, image_step = 0;  // step in bytes
  std::int64_t width = 0;                   // positions
};

Grid grid_of(const Operand& operand) {
  const CodeTensor& tensor = *operand.tensor;
  const std::int64_t positions = tensor.grid_height * tensor.grid_width;
  if (positions == 1) return {1, 0, operand.num_images()};
  return {operand.num_images(), positions * tensor.channels, tensor.grid_width};
}

// Positions from the first of an image to the last, the gaps between lines included.
std::int64_t span(const Operand& operand, const Grid& grid) {
  if (grid.image_step == 0) return grid.width;
  return (operand.out_height - 1) * grid.width + operand.out_width;
}

// Neighbouring positions are neighbours on the grid. With a stride most of a grid would be multiplied by zero.
bool is_dense(const Operand& operand) {
  return operand.stride == 1 && operand.tensor->dilation == 1;
}

// Whether every code of the operand's grid is one of its positions or 0.
bool reads_all_that_is_not_zero(const Operand& operand) {
  const CodeTensor& tensor = *operand.tensor;
  return tensor.zero_point == 0 && operand.origin_y == tensor.border_top && operand.origin_x == tensor.border_left &&
         operand.out_height == tensor.height && operand.out_width == tensor.width;
}

void sum_images(const GemmJob& job, const kernels::CorrelationShape& all, const PositionTask& task,
                std::int32_t* sums) {
  const kernels::IntKernels& loops = kernels::active_int();
  const CodeTensor &g_tensor = *job.a.tensor, &x_tensor = *job.b.tensor;
  const Grid g_grid = grid_of(job.a), x_grid = grid_of(job.b);
  const std::int64_t count = span(job.a, g_grid), max_shift = all.shifts[all.num_shifts - 1];
  kernels::CorrelationShape shape = all;
  shape.row_blocks = task.num_blocks;
  thread_local UninitializedVector<std::uint8_t> g_memory, x_memory;
  std::uint8_t* g = at_least(g_memory, task.num_blocks * kernels::kLanes * shape.g_step);
  std::uint8_t* x = at_least(x_memory, shape.lane_blocks * shape.x_groups * kernels::kBlockBytes);
  const std::uint8_t* g_codes = g_tensor.bytes.data() +
                                g_tensor.grid_offset(job.a.images.first, job.a.origin_y, job.a.origin_x) +
                                task.first_block * kernels::kLanes;
  const std::uint8_t* x_codes =
      x_tensor.bytes.data() + x_tensor.grid_offset(job.b.images.first, job.b.origin_y, job.b.origin_x);
  for (std::int64_t image = task.first_image; image < task.end_image; ++image) {
    loops.transpose(g_codes + image * g_grid.image_step, g_tensor.channels, count, task.num_blocks, g, shape.g_step);
    for (std::int64_t block = 0; block < shape.lane_blocks; ++block)
      loops.interleave(x_codes + image * x_grid.image_step + block * kernels::kLanes, x_tensor.channels,
                       count + max_shift, 1, x + block * shape.x_groups * kernels::kBlockBytes);
    loops.correlate(reinterpret_cast<const std::int8_t*>(g), x, shape, sums);
  }
}

}  // namespace

bool can_run_correlation(const GemmJob& job) {
  constexpr std::int64_t kFewestPositions = 16;
  const Operand &a = job.a, &b = job.b;
  if (!kernels::active_int().correlate || !can_run_outer(job) || !reads_all_that_is_not_zero(a)) return false;
  const Grid g = grid_of(a), x = grid_of(b);
  return g.images == x.images && g.width == x.width && is_dense(a) && is_dense(b) &&
         a.num_patches() / g.images >= kFewestPositions;
}

void run_correlation(const GemmJob& job, const SumsOut& out, ThreadPool& threads) {
  const Grid grid = grid_of(job.b);
  std::vector<std::int64_t> shifts;
  for (std::int64_t y = 0; y < job.b.kernel_height; ++y)
    for (std::int64_t x = 0; x < job.b.kernel_width; ++x) shifts.push_back(y * grid.width + x);
  const PositionSums sums =
      position_sums(job, grid.images, static_cast<std::int64_t>(shifts.size()), job.b.tensor->channels);
  kernels::CorrelationShape shape;
  shape.tiles = ceil_div(span(job.a, grid) + kernels::kGroup - 1, kernels::kTileDepth);
  shape.g_step = round_up(shape.tiles, 2) * kernels::kTileDepth + kernels::kTileDepth;  // odd: rows in different sets
  shape.lane_blocks = sums.lane_blocks();
  shape.x_groups = shifts.back() / kernels::kGroup + shape.tiles * kernels::kTileDepth / kernels::kGroup;
  shape.shifts = shifts.data();
  shape.num_shifts = static_cast<std::int64_t>(shifts.size());
  run_position_sums(sums, out, threads, [&](const PositionTask& task, std::int32_t* task_sums) {
    sum_images(job, shape, task, task_sums);
  });
}

}  // namespace ampa::gemm::cpu
