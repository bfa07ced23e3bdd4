#include "gemm/cpu_columns.h"

#include <algorithm>
#include <cstring>

#include "common/ceil_div.h"
#include "gemm/cpu_scratch.h"

namespace ampa::gemm::cpu {
namespace {

constexpr std::int64_t kRaise = 128;

// Codes of `lanes` rows, k_count each, into groups of 4 of 16 lanes. Every piece of segment_length takes whole groups.
void pack_block(const std::uint8_t* rows, std::int64_t lanes, std::int64_t k_count, std::int64_t segment_length,
                std::int8_t* out) {
  for (std::int64_t begin = 0; begin < k_count; begin += segment_length) {
    const std::int64_t end = std::min(begin + segment_length, k_count);
    for (std::int64_t k = begin; k < end; k += kernels::kGroup, out += kernels::kBlockBytes) {
      const auto count = static_cast<std::size_t>(std::min<std::int64_t>(kernels::kGroup, end - k));
      for (std::int64_t lane = 0; lane < lanes; ++lane) {
        std::int8_t* group = out + lane * kernels::kGroup;
        if (count == kernels::kGroup)  // a copy of known size is one instruction
          std::memcpy(group, rows + lane * k_count + k, kernels::kGroup);
        else
          std::memcpy(group, rows + lane * k_count + k, count);
      }
    }
  }
}

std::int64_t sum_of(const std::uint8_t* signed_codes, std::int64_t count) {
  std::int64_t sum = 0;
  for (std::int64_t i = 0; i < count; ++i) sum += static_cast<std::int8_t>(signed_codes[i]);
  return sum;
}

}  // namespace

const Columns& pack_columns(const Operand& b, std::int64_t k_begin, std::int64_t k_count, std::int64_t segment_length,
                            bool left_is_raised, ThreadPool& threads) {
  thread_local Columns of_thread;
  Columns& columns = of_thread;
  columns.num_cols = b.rows();
  columns.is_lowered = needs_lowering(b.format());
  const std::int64_t blocks = ceil_div(columns.num_cols, kernels::kLanes);
  const std::int64_t last = k_count % segment_length;
  const std::int64_t groups =
      k_count / segment_length * ceil_div(segment_length, kernels::kGroup) + ceil_div(last, kernels::kGroup);
  const std::int64_t block_bytes = groups * kernels::kBlockBytes;
  at_least(columns.codes, blocks * block_bytes);
  columns.start.assign(static_cast<std::size_t>(blocks * kernels::kLanes), 0);
  const std::int64_t lowering = columns.is_lowered ? kRaise : 0;
  threads.for_each_part(blocks, [&](std::int64_t block) {
    const std::int64_t first = block * kernels::kLanes;
    const std::int64_t lanes = std::min<std::int64_t>(kernels::kLanes, columns.num_cols - first);
    std::vector<std::uint8_t> rows(static_cast<std::size_t>(lanes * k_count));
    copy_rows(b, first, lanes, k_begin, k_count, rows.data(), k_count);
    if (columns.is_lowered)
      for (std::uint8_t& code : rows) code ^= 0x80;
    std::int8_t* const packed = columns.codes.data() + block * block_bytes;
    std::fill_n(packed, block_bytes, std::int8_t{0});
    pack_block(rows.data(), lanes, k_count, segment_length, packed);
    if (!left_is_raised) return;
    // sum (a' - 128) (b' + lowering) = sum a' b' + lowering * sum a' - 128 * (sum b' + K * lowering)
    for (std::int64_t lane = 0; lane < lanes; ++lane) {
      const std::int64_t sum = sum_of(rows.data() + lane * k_count, k_count);
      columns.start[static_cast<std::size_t>(first + lane)] =
          static_cast<std::int32_t>(static_cast<std::uint32_t>(-kRaise * (sum + k_count * lowering)));
    }
  });
  return columns;
}

}  // namespace ampa::gemm::cpu
