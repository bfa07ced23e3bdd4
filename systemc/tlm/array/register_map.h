// What an initiator sees of an array: 64-bit registers and three memories, by byte address, little-endian.
#pragma once

#include <cstdint>

#include "timing/pe_formats.h"

namespace ampa::tlm::registers {

// Registers are read and written whole (8 bytes). Those marked r are read-only.
constexpr std::uint64_t kControl = 0x00;          // bits kControl...; a write with kControlStart runs one tile
constexpr std::uint64_t kStatus = 0x08;           // r: tiles run since the counters were cleared
constexpr std::uint64_t kFormats = 0x10;          // see formats_word
constexpr std::uint64_t kSteps = 0x18;            // see Tile; makes room in the memories for the formats that are set
constexpr std::uint64_t kRows = 0x20;             // rows in use
constexpr std::uint64_t kCols = 0x28;             // columns in use
constexpr std::uint64_t kComputeCycles = 0x30;    // r: since the counters were cleared
constexpr std::uint64_t kFillDrainCycles = 0x38;  // r: since the counters were cleared
constexpr std::uint64_t kLastLanes = 0x40;        // products in use of the last slice
constexpr std::uint64_t kPlanes = 0x48;           // bits 0-2 and 4-6: planes of A and B (weight stationary)
constexpr std::uint64_t kError = 0x50;            // r: of the last tile, a TileError
constexpr std::uint64_t kResultPlace = 0x58;      // where the tile's results go: 0 .. timing::result_places - 1
constexpr std::uint64_t kEnd = 0x60;

// How a tile ended. With an error its start gets a generic error response, its results are zeros; an overflow takes the
// tile's cycles. On a grid, whose tiles overlap (rtl::ArrayModel), results of a tile are complete before its place is used
// again, if all are used in turn, or after kControlFinish, which ends the run; until then tiles have the
// formats of its first one, and an overflow is an error of the end, which makes the results in all places zeros.
enum TileError : std::uint64_t { kNoError, kOverflowError, kFaultError };

constexpr std::uint64_t kControlStart = 1;
constexpr std::uint64_t kControlClearCounters = 2;
constexpr std::uint64_t kControlAccumulate = 4;  // weight stationary: partial sums start from the result memory
constexpr std::uint64_t kControlFinish = 8;      // after the tile, if one starts: all results are complete

// Bits 0-3 and 4-7: widths of A and B; bits 8-9 and 10-11: their kinds (timing::operand_kind).
constexpr std::uint64_t formats_word(CodeFormat a, CodeFormat b) {
  return static_cast<std::uint64_t>(a.bits) | static_cast<std::uint64_t>(b.bits) << 4 |
         static_cast<std::uint64_t>(timing::operand_kind(a)) << 8 |
         static_cast<std::uint64_t>(timing::operand_kind(b)) << 10;
}
constexpr CodeFormat a_format(std::uint64_t word) {
  return {static_cast<Bits>(word & 15), (word >> 8 & 3) != 0};
}
constexpr CodeFormat b_format(std::uint64_t word) {
  return {static_cast<Bits>(word >> 4 & 15), (word >> 10 & 3) != 0};
}

// Memories of 32-bit words as Tile describes them: A, B and the results, one place behind the other. They are reached
// by DMI, transport_dbg and b_transport; none of these takes simulated time.
constexpr std::uint64_t kAMemory = 0x1'0000'0000;
constexpr std::uint64_t kBMemory = 0x2'0000'0000;
constexpr std::uint64_t kResultMemory = 0x3'0000'0000;
constexpr std::uint64_t kMemoryWindow = 0x1'0000'0000;  // size of each

}  // namespace ampa::tlm::registers
