#include "weights/stored_bytes.h"

#include "numerics/bit_packing.h"

namespace ampa::weights {

StoredBytes stored_bytes(const StoredCounts& counts, const std::vector<Bits>& widths) {
  const auto packed = [&](Bits bits) {
    std::int64_t bytes = 0;
    for (const std::int64_t codes : counts.codes) bytes += numerics::packed_size(codes, bits);
    return bytes;
  };
  std::int64_t num_codes = 0;
  for (const std::int64_t codes : counts.codes) num_codes += codes;
  StoredBytes bytes;
  bytes.integer_model = packed(widths.front()) + 4 * (counts.shared + counts.all_widths);
  bytes.fp32_model = 4 * (num_codes + counts.shared + counts.all_widths);
  for (const Bits width : widths) bytes.separate_models += packed(width) + 4 * (counts.shared + counts.of_width);
  return bytes;
}

}  // namespace ampa::weights
