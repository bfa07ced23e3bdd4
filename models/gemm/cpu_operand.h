// How the CPU backend sees the operands of a job: pointers to patches, and rows copied out where a loop needs them so.
#pragma once

#include <cstdint>
#include <vector>

#include "gemm/gemm_job.h"

namespace ampa::gemm::cpu {

// The patches of an operand in bytes: position (image, y, x) is `segments` runs of segment_length codes.
struct PatchLayout {
  std::int64_t images = 0, height = 0, width = 0;
  std::int64_t origin = 0, image_step = 0, y_step = 0, x_step = 0;
  std::int64_t segments = 0, segment_step = 0, segment_length = 0;

  std::int64_t offset(std::int64_t patch) const {
    const std::int64_t x = patch % width, y = patch / width % height, image = patch / width / height;
    return origin + image * image_step + y * y_step + x * x_step;
  }
};

// Of a dense operand (cpu_dense.h) of one GEMM.
PatchLayout patch_layout(const Operand& operand);

// Pointers to patches begin .. end of an image-wise stored `codes`, the last one repeated up to a multiple of
// kernels::kTileRows. `shift` is subtracted from every offset.
void patch_pointers(const PatchLayout& layout, const std::uint8_t* codes, std::int64_t shift, std::int64_t begin,
                    std::int64_t end, std::vector<const std::uint8_t*>& pointers);

// Rows [row_begin, row_begin + num_rows) of the operand's matrix, depths [k_begin, k_begin + k_count), as raw bytes;
// rows of `out` are out_step bytes apart.
void copy_rows(const Operand& operand, std::int64_t row_begin, std::int64_t num_rows, std::int64_t k_begin,
               std::int64_t k_count, std::uint8_t* out, std::int64_t out_step);

}  // namespace ampa::gemm::cpu
