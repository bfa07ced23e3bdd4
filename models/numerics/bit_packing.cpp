#include "numerics/bit_packing.h"

namespace ampa::numerics {

std::vector<std::uint8_t> pack_codes(const std::uint8_t* codes, std::int64_t num_codes, Bits bits) {
  const Bits width = storage_bits(bits);
  const std::uint32_t mask = (1u << width) - 1;
  std::vector<std::uint8_t> packed;
  packed.reserve(static_cast<std::size_t>(packed_size(num_codes, bits)));
  std::uint32_t waiting = 0;  // bits of codes that fill no byte yet
  Bits num_waiting = 0;
  for (std::int64_t i = 0; i < num_codes; ++i) {
    waiting |= (codes[i] & mask) << num_waiting;
    num_waiting += width;
    if (num_waiting < 8) continue;
    packed.push_back(static_cast<std::uint8_t>(waiting));
    waiting >>= 8;
    num_waiting -= 8;
  }
  if (num_waiting > 0) packed.push_back(static_cast<std::uint8_t>(waiting));
  return packed;
}

std::vector<std::uint8_t> unpack_codes(const std::uint8_t* packed, std::int64_t num_codes, CodeFormat format) {
  const Bits width = storage_bits(format.bits);
  const std::uint32_t mask = (1u << width) - 1, sign = 1u << (width - 1);
  std::vector<std::uint8_t> codes;
  codes.reserve(static_cast<std::size_t>(num_codes));
  std::uint32_t waiting = 0;  // bits that no code has taken yet
  Bits num_waiting = 0;
  for (std::int64_t i = 0; i < num_codes; ++i) {
    if (num_waiting < width) {
      waiting |= static_cast<std::uint32_t>(*packed++) << num_waiting;
      num_waiting += 8;
    }
    const std::uint32_t code = waiting & mask;
    codes.push_back(static_cast<std::uint8_t>(format.is_signed && (code & sign) != 0 ? code | ~mask : code));
    waiting >>= width;
    num_waiting -= width;
  }
  return codes;
}

}  // namespace ampa::numerics
