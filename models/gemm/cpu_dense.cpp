#include "gemm/cpu_dense.h"

#include <cstring>
#include <vector>

namespace ampa::gemm::cpu {
namespace {

bool has_holes(std::int64_t kernel, std::int64_t dilation) {
  return kernel > 1 && dilation > 1;
}

// Which positions of the grid the copy has along one direction: all, or those of every window one behind the other.
std::vector<std::int64_t> positions(bool by_taps, std::int64_t grid, std::int64_t origin, std::int64_t out,
                                    std::int64_t stride, std::int64_t kernel, std::int64_t dilation) {
  std::vector<std::int64_t> list;
  if (!by_taps)
    for (std::int64_t i = 0; i < grid; ++i) list.push_back(i);
  else
    for (std::int64_t i = 0; i < out; ++i)
      for (std::int64_t tap = 0; tap < kernel; ++tap) list.push_back(origin + i * stride + tap * dilation);
  return list;
}

template <std::int64_t kCount>
void copy_few(const std::uint8_t* row, std::int64_t channels, const std::vector<std::int64_t>& columns,
              std::uint8_t* out) {
  for (const std::int64_t x : columns) {
    std::memcpy(out, row + x * channels, kCount);
    out += kCount;
  }
}

// Codes at `columns` of a grid row of `channels`, `count` of each. A copy of known size is an instruction, others a
// call.
void copy_row(const std::uint8_t* row, std::int64_t channels, const std::vector<std::int64_t>& columns,
              std::int64_t count, std::uint8_t* out) {
  switch (count) {
    case 1:
      return copy_few<1>(row, channels, columns, out);
    case 4:
      return copy_few<4>(row, channels, columns, out);
    case 8:
      return copy_few<8>(row, channels, columns, out);
    case 16:
      return copy_few<16>(row, channels, columns, out);
    case 32:
      return copy_few<32>(row, channels, columns, out);
    default:
      break;
  }
  for (const std::int64_t x : columns) {
    std::memcpy(out, row + x * channels, static_cast<std::size_t>(count));
    out += count;
  }
}

}  // namespace

DenseOperand::DenseOperand(const Operand& operand, ThreadPool& threads, CodeTensor& copy)
    : operand_(operand), copy_(copy), dense_(operand) {
  const bool holes =
      has_holes(operand.kernel_height, operand.dilation.y) || has_holes(operand.kernel_width, operand.dilation.x);
  if (operand.reads_all_channels() && !holes) return;
  is_dense_ = false;
  copy_codes(threads);
}

void DenseOperand::copy_codes(ThreadPool& threads) {
  const CodeTensor& tensor = *operand_.tensor;
  const bool taps_y = has_holes(operand_.kernel_height, operand_.dilation.y);
  const bool taps_x = has_holes(operand_.kernel_width, operand_.dilation.x);
  const std::vector<std::int64_t> rows = positions(taps_y, tensor.grid_height, operand_.origin_y, operand_.out_height,
                                                   operand_.stride.y, operand_.kernel_height, operand_.dilation.y);
  const std::vector<std::int64_t> columns = positions(taps_x, tensor.grid_width, operand_.origin_x, operand_.out_width,
                                                      operand_.stride.x, operand_.kernel_width, operand_.dilation.x);
  const std::int64_t channels = operand_.num_channels(), windows = operand_.num_channel_windows();
  const auto height = static_cast<std::int64_t>(rows.size()), width = static_cast<std::int64_t>(columns.size());
  if (taps_y || taps_x)
    reshape_on_grid(copy_, tensor.format, tensor.zero_point, windows * tensor.images, height, width, channels, height,
                    width, 0, 0, 1);
  else  // where the tensor's own positions lie is known still
    reshape_on_grid(copy_, tensor.format, tensor.zero_point, windows * tensor.images, tensor.height, tensor.width,
                    channels, tensor.grid_height, tensor.grid_width, tensor.border_top, tensor.border_left,
                    tensor.dilation);
  copy_.gaps_are_filled = false;
  threads.for_each_part(tensor.images, [&](std::int64_t image) {
    for (std::int64_t y = 0; y < height; ++y) {
      const std::uint8_t* const row = tensor.bytes.data() +
                                      tensor.grid_offset(image, rows[static_cast<std::size_t>(y)], 0) +
                                      operand_.channels.first;
      for (std::int64_t window = 0; window < windows; ++window)
        copy_row(row + window * channels, tensor.channels, columns, channels,
                 copy_.bytes.data() + copy_.grid_offset(window * tensor.images + image, y, 0));
    }
  });
  dense_.tensor = &copy_;
  dense_.channels = {};
  dense_.dilation = 1;
  if (taps_y) dense_.origin_y = 0, dense_.stride.y = operand_.kernel_height;
  if (taps_x) dense_.origin_x = 0, dense_.stride.x = operand_.kernel_width;
}

Operand DenseOperand::element(std::int64_t b) const {
  const Operand one = operand_.element(b);
  if (is_dense_) return one;
  Operand dense = dense_;
  dense.images = one.images;
  dense.images.first += b % operand_.num_channel_windows() * operand_.tensor->images;
  return dense;
}

}  // namespace ampa::gemm::cpu
