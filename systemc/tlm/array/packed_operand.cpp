#include "tlm/array/packed_operand.h"

#include <algorithm>
#include <cstring>

namespace ampa::tlm {
namespace {

// Byte offset in the tensor of the first code of a patch.
std::int64_t patch_offset(const gemm::Operand& operand, std::int64_t patch) {
  const std::int64_t x = patch % operand.out_width;
  const std::int64_t y = patch / operand.out_width % operand.out_height;
  const std::int64_t image = operand.images.first + patch / operand.out_width / operand.out_height;
  return operand.channels.first + operand.tensor->grid_offset(image, operand.origin_y + y * operand.stride.y,
                                                              operand.origin_x + x * operand.stride.x);
}

// Codes that are neighbours in the patch and in the tensor: a row of the window, or the channels of one tap.
std::int64_t run_size(const gemm::Operand& operand) {
  const bool joined = operand.reads_all_channels() && (operand.dilation.x == 1 || operand.kernel_width == 1);
  return joined ? operand.kernel_width * operand.num_channels() : operand.num_channels();
}

std::int64_t element_offset(const gemm::Operand& operand, std::int64_t element) {
  const std::int64_t channels = operand.num_channels(), tap = element / channels;
  const std::int64_t y = tap / operand.kernel_width * operand.dilation.y;
  const std::int64_t x = tap % operand.kernel_width * operand.dilation.x;
  return (y * operand.tensor->grid_width + x) * operand.tensor->channels + element % channels;
}

void read_patch(const gemm::Operand& operand, std::int64_t patch, std::int64_t begin, std::int64_t end,
                std::uint8_t* out) {
  const std::uint8_t* bytes = operand.tensor->bytes.data() + patch_offset(operand, patch);
  const std::int64_t run = run_size(operand);
  while (begin < end) {
    const std::int64_t length = std::min(run - begin % run, end - begin);
    std::memcpy(out, bytes + element_offset(operand, begin), static_cast<std::size_t>(length));
    out += length;
    begin += length;
  }
}

void read_transposed(const gemm::Operand& operand, const OperandBlock& block, std::uint8_t* out) {
  std::vector<std::int64_t> offsets;
  for (std::int64_t row = 0; row < block.num_rows; ++row) offsets.push_back(element_offset(operand, block.row + row));
  for (std::int64_t k = 0; k < block.depth; ++k) {
    const std::uint8_t* bytes = operand.tensor->bytes.data() + patch_offset(operand, block.k + k);
    for (std::int64_t row = 0; row < block.num_rows; ++row)
      out[row * block.depth + k] = bytes[offsets[static_cast<std::size_t>(row)]];
  }
}

}  // namespace

std::vector<std::uint8_t> read_codes(const gemm::Operand& operand, const OperandBlock& block) {
  std::vector<std::uint8_t> codes(static_cast<std::size_t>(block.num_rows * block.depth));
  if (operand.transposed) {
    read_transposed(operand, block, codes.data());
  } else {
    for (std::int64_t row = 0; row < block.num_rows; ++row)
      read_patch(operand, block.row + row, block.k, block.k + block.depth, codes.data() + row * block.depth);
  }
  return codes;
}

Packing packing_of(const timing::HardwarePoint& point, CodeFormat own, CodeFormat other, timing::Side side) {
  const timing::PeFormats& formats = timing::pe_formats(point.pe);
  return {formats.macs(own, other),
          timing::container_bits(point.pe, own, side),
          formats.mode_bits(own),
          timing::num_planes(point.pe, own, side),
          timing::num_words(point.pe, side),
          formats.has_digits() && side == timing::Side::kA};
}

namespace {

// The bits of a code that go into the word of a plane. Codes are bytes, extended by their sign; of the bytes 01 and FF
// of two-level codes bit 1 is set in FF, which is -1.
class PlaneBits {
 public:
  PlaneBits(CodeFormat format, const Packing& packing) : format_(format), packing_(packing) {}

  std::uint32_t operator()(std::uint8_t code, int plane) const {
    if (packing_.has_digits) {
      const std::int32_t value = format_.is_signed ? static_cast<std::int8_t>(code) : code;
      return static_cast<std::uint32_t>(value * 2) >> (2 * (packing_.planes - 1 - plane)) & 7;
    }
    const std::uint32_t mask = (1u << packing_.mode_bits) - 1;
    const int first_bit = format_.is_two_level() ? 1 : 0;
    const std::uint32_t inverted = format_.is_two_level() ? 1 : 0;
    return (static_cast<std::uint32_t>(code) >> (plane + first_bit) ^ inverted) & mask;
  }

 private:
  CodeFormat format_;
  Packing packing_;
};

}  // namespace

void pack(const gemm::Operand& operand, const OperandBlock& block, const Packing& packing, const WordStrides& strides,
          std::uint32_t* words) {
  const std::vector<std::uint8_t> codes = read_codes(operand, block);
  const PlaneBits bits_of(operand.format(), packing);
  for (std::int64_t row = 0; row < block.num_rows; ++row)
    for (std::int64_t begin = 0, slice = 0; begin < block.depth; begin += packing.macs, ++slice) {
      const std::uint8_t* code = codes.data() + row * block.depth + begin;
      const auto count = static_cast<int>(std::min<std::int64_t>(packing.macs, block.depth - begin));
      for (int plane = 0; plane < packing.planes; ++plane) {
        std::uint32_t* word = words + row * strides.row + slice * strides.slice + plane * strides.plane;
        std::fill_n(word, packing.words, 0u);
        for (int i = 0; i < count; ++i) {
          const int bit = i * packing.container_bits;
          word[bit / 32] |= bits_of(code[i], plane) << (bit % 32);
        }
      }
    }
}

}  // namespace ampa::tlm
