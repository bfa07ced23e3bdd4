#include "timing/point_version.h"

#include <catch2/catch.hpp>

namespace ampa::timing {
namespace {

struct Pinned {
  const char *first, *second;  // two arrays of an element
  std::int64_t version;
  std::uint64_t digest;
};

// If a digest differs, jobs cost other cycles than before: raise the version of the element in point_version.cpp and
// here, together with the digest, so that costs that files hold are told from new ones.
constexpr Pinned kPinned[] = {
    {"int8-3x5", "int8-ws-4x3", 1, 0xa7f85f6f867b91a6},     {"fused-4x4", "fused-ws-4x3", 1, 0x156180d09f27bc45},
    {"serial-3x5", "serial-ws-4x3", 1, 0x8ea5b59126b815f1}, {"mul8-3x5", "mul8-16x16", 2, 0x4ae102387a6290dc},
    {"par8-2x3", "par8-8x8", 2, 0x5ba968d821527435},        {"r4s-3x2", "r4s-16x16", 2, 0xa72b486826b1fcfc},
    {"bricks-3x5", "bricks-8x8", 2, 0x9fc275b79e227062},    {"pack2-4x6", "pack2-8x8", 2, 0xdc9f2d422e752ae8},
    {"int8p-2x3", "int8p-8x8", 2, 0xe346db659edc5cda},
};

// FNV-1a over the parts of the cycles.
void mix(std::uint64_t& digest, std::int64_t value) {
  for (int byte = 0; byte < 8; ++byte) {
    digest ^= static_cast<std::uint64_t>(value) >> (8 * byte) & 0xff;
    digest *= 0x100000001b3;
  }
}

std::uint64_t digest_of(const Pinned& pinned) {
  std::uint64_t digest = 0xcbf29ce484222325;
  for (const char* name : {pinned.first, pinned.second})
    for (const std::int64_t m : {1, 3, 64})
      for (const std::int64_t k : {1, 40, 9000, 200000})
        for (const Bits a : {4, 6, 8})
          for (const Bits b : {4, 5, 8}) {
            gemm::JobShape shape;
            shape.m = m;
            shape.n = 7;
            shape.k = k;
            shape.a = {a, true};
            shape.b = {b, a != b};
            const gemm::JobCycles cycles = job_cycles(point_from_string(name), shape);
            mix(digest, cycles.compute);
            mix(digest, cycles.fill_drain);
          }
  return digest;
}

}  // namespace

TEST_CASE("jobs cost on every element what its version says") {
  REQUIRE(std::size(kPinned) == all_pe_formats().size());
  for (const Pinned& pinned : kPinned) {
    INFO(pinned.first);
    CHECK(version_of(point_from_string(pinned.first)) == pinned.version);
    CHECK(version_of(point_from_string(pinned.second)) == pinned.version);
    CHECK(digest_of(pinned) == pinned.digest);
  }
}

TEST_CASE("costs are current if they name the point's version") {
  const std::int64_t version = version_of(point_from_string("r4s-8x8"));
  CHECK(is_current("r4s-8x8", version));
  CHECK_FALSE(is_current("r4s-8x8", version + 1));
  CHECK_FALSE(is_current("r4s-8x8", 0));
  CHECK_FALSE(is_current("no-8x8", version));
}

}  // namespace ampa::timing
