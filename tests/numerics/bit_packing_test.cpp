#include "numerics/bit_packing.h"

#include <catch2/catch.hpp>

#include "samples.h"

namespace ampa::numerics {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes pack(const Bytes& codes, Bits bits) {
  return pack_codes(codes.data(), static_cast<std::int64_t>(codes.size()), bits);
}

}  // namespace

TEST_CASE("B1: codes follow each other without gaps from bit 0 of byte 0") {
  CHECK(pack({1, 2, 3, 0, 2}, 2) == Bytes{0x39, 0x02});
  CHECK(pack({0xF, 0x1, 0x8}, 4) == Bytes{0x1F, 0x08});
  CHECK(pack({0x3F, 0x00, 0x21, 0x12}, 6) == Bytes{0x3F, 0x10, 0x4A});  // 0x12 << 18 | 0x21 << 12 | 0x00 << 6 | 0x3F
  CHECK(pack({0x80, 0x7F}, 8) == Bytes{0x80, 0x7F});
  CHECK(pack({0xFF, 0xFE}, 4) == Bytes{0xEF});  // -1 and -2
  CHECK(storage_bits(3) == 4);
  Samples samples(62);
  for (Bits bits = kMinBits; bits <= kMaxBits; ++bits)
    for (const bool is_signed : {false, true})
      for (std::int64_t size = 0; size < 40; ++size) {
        const CodeFormat format{bits, is_signed};
        Bytes codes;
        for (std::int64_t i = 0; i < size; ++i)
          codes.push_back(static_cast<std::uint8_t>(samples.integer(format.min_code(), format.max_code())));
        const Bytes packed = pack(codes, bits);
        for (std::int64_t i = 0; i < size; ++i)
          for (Bits bit = 0; bit < bits; ++bit) {
            const auto position = static_cast<std::size_t>(i * storage_bits(bits) + bit);
            REQUIRE((packed[position / 8] >> (position % 8) & 1) == (codes[static_cast<std::size_t>(i)] >> bit & 1));
          }
        REQUIRE(unpack_codes(packed.data(), size, format) == codes);
      }
}

TEST_CASE("B2: the size in bytes, and zeros behind the last code") {
  CHECK(packed_size(0, 4) == 0);
  CHECK(packed_size(5, 2) == 2);
  CHECK(packed_size(3, 3) == 2);
  CHECK(packed_size(4, 6) == 3);
  CHECK(packed_size(5, 5) == 4);
  CHECK(packed_size(9, 8) == 9);
  for (Bits bits = kMinBits; bits <= kMaxBits; ++bits)
    for (std::int64_t size = 1; size < 20; ++size) {
      const Bytes packed = pack(Bytes(static_cast<std::size_t>(size), 0xFF), bits);
      REQUIRE(static_cast<std::int64_t>(packed.size()) == packed_size(size, bits));
      const auto used = static_cast<int>(size * storage_bits(bits) - 8 * (packed_size(size, bits) - 1));
      CHECK(packed.back() == (1 << used) - 1);
    }
}

}  // namespace ampa::numerics
