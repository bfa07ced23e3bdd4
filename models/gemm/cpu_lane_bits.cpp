#include "gemm/cpu_lane_bits.h"

#include <algorithm>
#include <cstring>

#include "common/ceil_div.h"
#include "gemm/cpu_scratch.h"

namespace ampa::gemm::cpu {
namespace {

constexpr std::int64_t kPositionsOfWord = 32;

// The layout in positions of `channels` codes, from the first position of the first image on.
PatchLayout in_positions(const PatchLayout& codes, std::int64_t channels, std::int64_t first_image) {
  PatchLayout layout = codes;
  for (std::int64_t* offset : {&layout.origin, &layout.image_step, &layout.y_step, &layout.x_step, &layout.segment_step,
                               &layout.segment_length})
    *offset /= channels;
  layout.origin -= first_image * layout.image_step;
  return layout;
}

// Lines that follow each other become one.
void join_lines(PatchLayout& layout) {
  if (layout.width == 1) layout.x_step = 1;
  if (layout.x_step != 1) return;
  if (layout.height != 1 && layout.y_step != layout.width) return;
  layout.width *= layout.height;
  layout.height = 1;
  if (layout.images != 1 && layout.image_step != layout.width) return;
  layout.width *= layout.images;
  layout.images = 1;
}

}  // namespace

LaneBits::LaneBits(const Operand& operand, UninitializedVector<std::uint16_t>& memory)
    : layout_(in_positions(patch_layout(operand), operand.num_channels(), operand.images.first)),
      codes_(operand.tensor->bytes.data() + operand.tensor->grid_offset(operand.images.first, 0, 0)),
      channels_(operand.num_channels()),
      taps_(operand.rows() / channels_),
      taps_x_(layout_.segment_length),
      depth_(operand.depth()),
      blocks_of_tap_(ceil_div(channels_, kernels::kBitLanes)),
      images_(layout_.images),
      image_positions_(layout_.image_step),
      block_step_(images_ * image_positions_ + kPositionsOfWord),  // copied in whole words
      lanes_(memory) {
  join_lines(layout_);
}

void LaneBits::pack(kernels::BitOfCode bit, ThreadPool& threads) {
  std::uint16_t* const lanes = at_least(lanes_, blocks_of_tap_ * block_step_);
  threads.for_each_part(images_, [&](std::int64_t image) {
    const std::int64_t first = image * image_positions_;
    kernels::active_binary().take_lanes(codes_ + first * channels_, image_positions_, channels_, bit, lanes + first,
                                        block_step_);
  });
}

void LaneBits::take(std::int64_t block, std::int64_t first_word, std::int64_t num_words, std::uint32_t* words) const {
  const std::int64_t tap = block / blocks_of_tap_, begin = first_word * kPositionsOfWord;
  const std::int64_t all = num_words * kPositionsOfWord, valid = std::min(all, depth_ - begin);
  thread_local UninitializedVector<std::uint16_t> memory;
  std::uint16_t* const positions = at_least(memory, all + kPositionsOfWord);
  copy_positions(
      lanes_.data() + block % blocks_of_tap_ * block_step_ + tap / taps_x_ * layout_.segment_step + tap % taps_x_,
      begin, begin + valid, positions);
  std::fill(positions + valid, positions + all, std::uint16_t{0});
  kernels::active_binary().turn_lanes(positions, num_words, words);
}

// Positions [begin, end) of the depth. Writes up to a word of them behind the end.
void LaneBits::copy_positions(const std::uint16_t* lanes, std::int64_t begin, std::int64_t end,
                              std::uint16_t* to) const {
  std::int64_t x = begin % layout_.width, y = begin / layout_.width % layout_.height;
  std::int64_t line = layout_.offset(begin - x);
  while (begin < end) {
    const std::int64_t count = std::min(layout_.width - x, end - begin);
    const std::uint16_t* from = lanes + line + x * layout_.x_step;
    if (layout_.x_step == 1)
      for (std::int64_t i = 0; i < count; i += kPositionsOfWord)
        std::memcpy(to + i, from + i, kPositionsOfWord * sizeof(std::uint16_t));
    else
      for (std::int64_t i = 0; i < count; ++i) to[i] = from[i * layout_.x_step];
    to += count;
    begin += count;
    x = 0;
    y = y + 1 < layout_.height ? y + 1 : 0;
    line = y != 0 ? line + layout_.y_step : layout_.offset(begin);
  }
}

}  // namespace ampa::gemm::cpu
