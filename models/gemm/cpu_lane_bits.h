// The bits of a transposed operand, whose rows are elements of a patch and whose depth is positions: 16 channels of a
// position are a word of 16 bits, made once and read by every tap of the window.
#pragma once

#include <algorithm>
#include <cstdint>

#include "common/thread_pool.h"
#include "common/uninitialized_vector.h"
#include "gemm/cpu_operand.h"
#include "kernels/binary_dot.h"

namespace ampa::gemm::cpu {

// Rows come in blocks of up to 16, none with channels of two taps: block b has the rows [first_row(b), first_row(b) +
// num_rows(b)) of the operand.
class LaneBits {
 public:
  // Of a dense operand (cpu_dense.h); it and `memory` must outlive this.
  LaneBits(const Operand& operand, UninitializedVector<std::uint16_t>& memory);

  std::int64_t num_blocks() const { return taps_ * blocks_of_tap_; }
  std::int64_t first_row(std::int64_t block) const {
    return block / blocks_of_tap_ * channels_ + block % blocks_of_tap_ * kernels::kBitLanes;
  }
  std::int64_t num_rows(std::int64_t block) const {
    return std::min(kernels::kBitLanes, channels_ - block % blocks_of_tap_ * kernels::kBitLanes);
  }

  // From now on the bits are these of the codes.
  void pack(kernels::BitOfCode bit, ThreadPool& threads);

  // Words [first_word, first_word + num_words) of the depth of a block's rows, to [word][16]; 0 where there is no row
  // or no position.
  void take(std::int64_t block, std::int64_t first_word, std::int64_t num_words, std::uint32_t* words) const;

 private:
  void copy_positions(const std::uint16_t* lanes, std::int64_t begin, std::int64_t end, std::uint16_t* to) const;

  PatchLayout layout_;  // in positions of the grid, from the first image
  const std::uint8_t* codes_;
  std::int64_t channels_, taps_, taps_x_, depth_, blocks_of_tap_, images_, image_positions_, block_step_;
  UninitializedVector<std::uint16_t>& lanes_;
};

}  // namespace ampa::gemm::cpu
