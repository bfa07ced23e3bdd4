#include "gemm/cpu_operand.h"

#include <algorithm>
#include <cstring>

#include "common/ceil_div.h"
#include "kernels/int_dot.h"

namespace ampa::gemm::cpu {
namespace {

void copy_patch(const PatchLayout& layout, const std::uint8_t* patch, std::int64_t k_begin, std::int64_t k_count,
                std::uint8_t* out) {
  for (std::int64_t k = k_begin; k < k_begin + k_count;) {
    const std::int64_t segment = k / layout.segment_length, inside = k % layout.segment_length;
    const std::int64_t count = std::min(layout.segment_length - inside, k_begin + k_count - k);
    std::memcpy(out + k - k_begin, patch + segment * layout.segment_step + inside, static_cast<std::size_t>(count));
    k += count;
  }
}

}  // namespace

PatchLayout patch_layout(const Operand& operand) {
  const CodeTensor& tensor = *operand.tensor;
  const std::int64_t grid_row = tensor.grid_width * tensor.channels;
  PatchLayout layout;
  layout.images = operand.num_images();
  layout.height = operand.out_height;
  layout.width = operand.out_width;
  layout.origin = tensor.grid_offset(operand.images.first, operand.origin_y, operand.origin_x);
  layout.image_step = tensor.grid_height * grid_row;
  layout.y_step = operand.stride.y * grid_row;
  layout.x_step = operand.stride.x * tensor.channels;
  layout.segments = operand.kernel_height;
  layout.segment_step = grid_row;
  layout.segment_length = operand.kernel_width * tensor.channels;
  return layout;
}

void patch_pointers(const PatchLayout& layout, const std::uint8_t* codes, std::int64_t shift, std::int64_t begin,
                    std::int64_t end, std::vector<const std::uint8_t*>& pointers) {
  pointers.resize(static_cast<std::size_t>(round_up(end - begin, kernels::kTileRows)));
  std::size_t i = 0;
  std::int64_t x = begin % layout.width, y = begin / layout.width % layout.height;
  std::int64_t line = layout.offset(begin - x);
  for (std::int64_t patch = begin; patch < end;) {
    const std::int64_t count = std::min(layout.width - x, end - patch);
    const std::uint8_t* pointer = codes + line + x * layout.x_step - shift;
    for (std::int64_t k = 0; k < count; ++k) pointers[i++] = pointer + k * layout.x_step;
    patch += count;
    x = 0;
    y = y + 1 < layout.height ? y + 1 : 0;
    line = y != 0 ? line + layout.y_step : layout.offset(patch);
  }
  std::fill(pointers.begin() + static_cast<std::ptrdiff_t>(i), pointers.end(), pointers[i - 1]);
}

void copy_rows(const Operand& operand, std::int64_t row_begin, std::int64_t num_rows, std::int64_t k_begin,
               std::int64_t k_count, std::uint8_t* out, std::int64_t out_step) {
  const PatchLayout layout = patch_layout(operand);
  const std::uint8_t* codes = operand.tensor->bytes.data();
  if (!operand.transposed) {
    for (std::int64_t row = 0; row < num_rows; ++row)
      copy_patch(layout, codes + layout.offset(row_begin + row), k_begin, k_count, out + row * out_step);
    return;
  }
  std::vector<std::uint8_t> patch(static_cast<std::size_t>(num_rows));
  for (std::int64_t k = 0; k < k_count; ++k) {
    copy_patch(layout, codes + layout.offset(k_begin + k), row_begin, num_rows, patch.data());
    for (std::int64_t row = 0; row < num_rows; ++row) out[row * out_step + k] = patch[static_cast<std::size_t>(row)];
  }
}

}  // namespace ampa::gemm::cpu
