// Codes in memory without gaps: rules B1 and B2 of NUMERICS.md.
#pragma once

#include <cstdint>
#include <vector>

#include "common/ceil_div.h"
#include "numerics/formats.h"

namespace ampa::numerics {

// The bits that a code of a width takes in memory: 2, 4, 6 or 8.
constexpr Bits storage_bits(Bits bits) {
  return (bits + 1) / 2 * 2;
}

// The bytes that `num_codes` codes take: ceil(num_codes * storage_bits(bits) / 8).
constexpr std::int64_t packed_size(std::int64_t num_codes, Bits bits) {
  return ceil_div(num_codes * storage_bits(bits), 8);
}

// `num_codes` codes, one a byte as rule F2 has them, to packed_size() bytes: code i takes bits i * b to i * b + b - 1
// of a string of bits that fills each byte from bit 0 up, b = storage_bits(bits). The bits behind the last code are 0.
std::vector<std::uint8_t> pack_codes(const std::uint8_t* codes, std::int64_t num_codes, Bits bits);

// The inverse: reads packed_size() bytes; signed codes come back sign-extended.
std::vector<std::uint8_t> unpack_codes(const std::uint8_t* packed, std::int64_t num_codes, CodeFormat format);

}  // namespace ampa::numerics
