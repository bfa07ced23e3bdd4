// What an initiator sees of an array: 64-bit registers and three memories, by byte address, little-endian.
#pragma once

#include <cstdint>

namespace ampa::systemc::registers {

// Registers are read and written whole (8 bytes). Those marked r are read-only.
constexpr std::uint64_t kControl = 0x00;          // bits kControl...; a write with kControlStart runs one tile
constexpr std::uint64_t kStatus = 0x08;           // r: tiles run since the counters were cleared
constexpr std::uint64_t kFormats = 0x10;          // see formats_word
constexpr std::uint64_t kSteps = 0x18;            // operand words per row and column; makes room in the memories
constexpr std::uint64_t kRows = 0x20;             // rows in use
constexpr std::uint64_t kCols = 0x28;             // columns in use
constexpr std::uint64_t kComputeCycles = 0x30;    // r: since the counters were cleared
constexpr std::uint64_t kFillDrainCycles = 0x38;  // r: since the counters were cleared
constexpr std::uint64_t kEnd = 0x40;

constexpr std::uint64_t kControlStart = 1;
constexpr std::uint64_t kControlClearCounters = 2;

// Bits 0-1 and 2-3: width codes of A and B; bits 4 and 5: A and B are signed.
constexpr std::uint64_t formats_word(int a_code, int b_code, bool a_signed, bool b_signed) {
  return static_cast<std::uint64_t>(a_code) | static_cast<std::uint64_t>(b_code) << 2 |
         static_cast<std::uint64_t>(a_signed) << 4 | static_cast<std::uint64_t>(b_signed) << 5;
}

// Memories of 32-bit words: A is steps x rows, B steps x columns, the results rows x columns (of the array). They are
// reached by DMI, transport_dbg and b_transport; none of these takes simulated time.
constexpr std::uint64_t kAMemory = 0x1'0000'0000;
constexpr std::uint64_t kBMemory = 0x2'0000'0000;
constexpr std::uint64_t kResultMemory = 0x3'0000'0000;
constexpr std::uint64_t kMemoryWindow = 0x1'0000'0000;  // size of each

}  // namespace ampa::systemc::registers
