// How sums over all positions of all images are divided among threads: by rows, so that the sums of a task stay near
// while image after image is added to them, and by images, each group of them with sums of its own, where the rows are
// few.
#pragma once

#include <cstdint>
#include <functional>

#include "common/ceil_div.h"
#include "common/thread_pool.h"
#include "gemm/backend.h"
#include "gemm/cpu_operand.h"
#include "gemm/cpu_sums.h"
#include "kernels/int_dot.h"

namespace ampa::gemm::cpu {

// The sums of a part lie as [row, rounded up to 16][segment][length, rounded up to 16].
struct PositionSums {
  std::int64_t rows = 0, images = 0;
  std::int64_t segments = 0, length = 0;
  std::int64_t images_per_part = 0, num_parts = 0;
  std::int64_t blocks_per_task = 0, splits = 0;

  std::int64_t row_blocks() const { return ceil_div(rows, kernels::kLanes); }
  std::int64_t lane_blocks() const { return ceil_div(length, kernels::kLanes); }
  std::int64_t row_size() const { return segments * lane_blocks() * kernels::kLanes; }
  std::int64_t size() const { return row_blocks() * kernels::kLanes * row_size(); }
};

// The images and blocks of 16 rows of one task.
struct PositionTask {
  std::int64_t first_image = 0, end_image = 0;
  std::int64_t first_block = 0, num_blocks = 0;
};

// For a job whose positions lie in `images` images. A row of its result is segments * length sums. A part has at most
// as many images as 32 bits hold.
PositionSums position_sums(const GemmJob& job, std::int64_t images, std::int64_t segments, std::int64_t length);

// Calls sum(task, sums), which adds to the task's rows, and adds the parts.
void run_position_sums(const PositionSums& shape, const SumsOut& out, ThreadPool& threads,
                       const std::function<void(const PositionTask& task, std::int32_t* sums)>& sum);

}  // namespace ampa::gemm::cpu
