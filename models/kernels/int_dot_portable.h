// Integer dot products in plain loops. Codes are spread to 16 bits in a buffer first: sums of 16-bit products along
// contiguous memory are what compilers vectorise well on any machine.
#pragma once

#include "kernels/int_dot.h"

namespace ampa::kernels {
namespace {

constexpr int kChunkGroups = 128;  // groups in a buffer; 512 products of bytes stay below 2^25
constexpr int kChunkDepth = kChunkGroups * kGroup;

// Groups `group_step` bytes apart as 16-bit numbers one behind the other.
template <typename Code>
inline void spread(const Code* __restrict codes, std::int64_t groups, std::int64_t group_step,
                   std::int16_t* __restrict out) {
  if (group_step == kGroup) {
    for (std::int64_t i = 0; i < groups * kGroup; ++i) out[i] = codes[i];
    return;
  }
  for (std::int64_t group = 0; group < groups; ++group)
    for (int i = 0; i < kGroup; ++i) out[group * kGroup + i] = codes[group * group_step + i];
}

inline std::int32_t dot(const std::int16_t* __restrict a, const std::int16_t* __restrict b, std::int64_t depth) {
  std::int32_t sum = 0;
  for (std::int64_t k = 0; k < depth; ++k) sum += a[k] * b[k];
  return sum;
}

inline std::int32_t wrapping_sum(std::int32_t a, std::int32_t b) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) + static_cast<std::uint32_t>(b));
}

// 16 lanes of at most kChunkGroups groups.
struct LaneBuffer {
  std::int16_t lanes[kLanes][kChunkDepth];
};

template <typename Code>
inline void spread_lanes(const Code* codes, std::int64_t groups, std::int64_t at, LaneBuffer& buffer) {
  for (int lane = 0; lane < kLanes; ++lane)
    spread(codes + lane * kGroup, groups, kBlockBytes, buffer.lanes[lane] + at * kGroup);
}

// The next groups of a sequence of `runs` runs of `run_groups` each, from group `begin` on: calls visit(run, first
// group within the run, count, groups visited before) until a chunk is full. Returns how many groups that were.
template <typename Visit>
inline std::int64_t visit_chunk(std::int64_t runs, std::int64_t run_groups, std::int64_t begin, const Visit& visit) {
  const std::int64_t left = runs * run_groups - begin;
  const std::int64_t total = left < kChunkGroups ? left : kChunkGroups;
  for (std::int64_t done = 0; done < total;) {
    const std::int64_t run = (begin + done) / run_groups, first = (begin + done) % run_groups;
    const std::int64_t count = run_groups - first < total - done ? run_groups - first : total - done;
    visit(run, first, count, done);
    done += count;
  }
  return total;
}

void dot_rows(const std::uint8_t* const* rows, std::int64_t num_rows, const RowShape& shape,
              const PackedColumns& columns, std::int32_t* out) {
  const std::int64_t num_cols = columns.num_cols, all_groups = shape.segments * shape.groups;
  LaneBuffer buffer;
  std::int16_t row_codes[kChunkDepth];
  for (std::int64_t col = 0; col < num_cols; col += kLanes) {
    const std::int64_t valid = num_cols - col < kLanes ? num_cols - col : kLanes;
    const std::int8_t* b = columns.codes + col / kLanes * all_groups * kBlockBytes;
    for (std::int64_t begin = 0; begin < all_groups; begin += kChunkGroups) {
      const std::int64_t groups = all_groups - begin < kChunkGroups ? all_groups - begin : kChunkGroups;
      spread_lanes(b + begin * kBlockBytes, groups, 0, buffer);
      for (std::int64_t row = 0; row < num_rows; ++row) {
        visit_chunk(shape.segments, shape.groups, begin,
                    [&](std::int64_t segment, std::int64_t first, std::int64_t count, std::int64_t before) {
                      spread(rows[row] + segment * shape.segment_step + first * kGroup, count, kGroup,
                             row_codes + before * kGroup);
                    });
        std::int32_t* sums = out + row * num_cols + col;
        for (std::int64_t c = 0; c < valid; ++c)
          sums[c] = wrapping_sum(begin == 0 ? columns.start[col + c] : sums[c],
                                 dot(row_codes, buffer.lanes[c], groups * kGroup));
      }
    }
  }
}

void outer_sums(const std::int8_t* g, std::int64_t row_blocks, const std::uint8_t* x, const OuterShape& shape,
                std::int32_t* sums) {
  const std::int64_t blocks = shape.segments * shape.lane_blocks, all_groups = shape.heights * shape.groups;
  LaneBuffer buffer;
  std::int16_t row_codes[kChunkDepth];
  for (std::int64_t block = 0; block < blocks; ++block) {
    const std::uint8_t* codes =
        x + block / shape.lane_blocks * shape.x_row_step + block % shape.lane_blocks * shape.groups * kBlockBytes;
    for (std::int64_t begin = 0; begin < all_groups; begin += kChunkGroups) {
      const std::int64_t groups = visit_chunk(
          shape.heights, shape.groups, begin,
          [&](std::int64_t y, std::int64_t first, std::int64_t count, std::int64_t before) {
            spread_lanes(codes + y * shape.y_stride * shape.x_row_step + first * kBlockBytes, count, before, buffer);
          });
      for (std::int64_t row = 0; row < row_blocks * kLanes; ++row) {
        const std::int8_t* gradients = g + (row / kLanes * all_groups + begin) * kBlockBytes + row % kLanes * kGroup;
        spread(gradients, groups, kBlockBytes, row_codes);
        std::int32_t* out = sums + (row * blocks + block) * kLanes;
        for (int lane = 0; lane < kLanes; ++lane)
          out[lane] = wrapping_sum(out[lane], dot(row_codes, buffer.lanes[lane], groups * kGroup));
      }
    }
  }
}

}  // namespace
}  // namespace ampa::kernels
