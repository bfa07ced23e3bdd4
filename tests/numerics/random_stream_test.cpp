#include "numerics/random_stream.h"

#include <catch2/catch.hpp>
#include <vector>

namespace ampa::numerics {

// The vectors of the file kat_vectors of the Random123 distribution, version 1.14.
TEST_CASE("R1: the published known answers of Philox4x32-10") {
  CHECK(philox4x32_10({0, 0, 0, 0}, {0, 0}) == PhiloxCounter{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox4x32_10({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}) ==
        PhiloxCounter{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox4x32_10({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        PhiloxCounter{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("R2: key and counter of a stream") {
  const RandomStream stream{0x299f31d0a4093822u, 0x03707344u, 0x13198a2eu};
  CHECK(stream.block(0x85a308d3243f6a88u) == PhiloxCounter{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("R3: eight elements of 16 bits share a block") {
  const RandomStream stream{0, 0, 0};
  const std::uint32_t expected[8] = {0xe8d5, 0x6627, 0xc58d, 0xe169, 0xac4c, 0xbc57, 0xdbd8, 0x9b00};
  for (std::uint64_t element = 0; element < 8; ++element) CHECK(stream.bits16(element) == expected[element]);
  const PhiloxCounter fifth = stream.block(5);
  CHECK(stream.bits16(5 * 8 + 3) == fifth[1] >> 16);
}

TEST_CASE("R4: four numbers of 32 bits share a block") {
  const RandomStream stream{0, 0, 0};
  const std::uint32_t expected[4] = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
  for (std::uint64_t index = 0; index < 4; ++index) CHECK(stream.bits32(index) == expected[index]);
  CHECK(stream.bits32(4 * 9 + 2) == stream.block(9)[2]);
}

TEST_CASE("R5: what was drawn before does not matter, each part of the address does") {
  const RandomStream stream{1, 2, 3};
  std::vector<std::uint32_t> forward, backward(1000);
  for (std::uint64_t element = 0; element < 1000; ++element) forward.push_back(stream.bits16(element));
  for (std::uint64_t element = 1000; element-- > 0;) backward[element] = stream.bits16(element);
  CHECK(forward == backward);
  for (const RandomStream& other : {RandomStream{2, 2, 3}, RandomStream{1 + (std::uint64_t{1} << 32), 2, 3},
                                    RandomStream{1, 3, 3}, RandomStream{1, 2, 4}}) {
    int equal = 0;
    for (std::uint64_t element = 0; element < 1000; ++element)
      equal += other.bits16(element) == forward[element] ? 1 : 0;
    CHECK(equal < 5);
  }
}

TEST_CASE("R6: purposes have numbers that no layer reaches") {
  CHECK(static_cast<std::uint32_t>(StreamPurpose::kShuffle) == 0xFFFF0000u);
  CHECK(static_cast<std::uint32_t>(StreamPurpose::kAugment) == 0xFFFF0001u);
  CHECK(static_cast<std::uint32_t>(StreamPurpose::kInitialise) == 0xFFFF0002u);
  CHECK(static_cast<std::uint32_t>(StreamPurpose::kSyntheticData) == 0xFFFF0003u);
  CHECK(static_cast<std::uint32_t>(StreamPurpose::kHessianProbe) == 0xFFFF0004u);
  CHECK(static_cast<std::uint32_t>(StreamPurpose::kRandomRanks) == 0xFFFF0005u);
}

}  // namespace ampa::numerics
