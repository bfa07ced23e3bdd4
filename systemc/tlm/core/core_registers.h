// What a host sees of a core: 64-bit registers by byte address, read and written whole.
#pragma once

#include <cstdint>

namespace ampa::tlm::core_registers {

// Those marked r are read-only and hold the figures of the last job.
constexpr std::uint64_t kControl = 0x00;  // a write of 1 starts a job; refused while one runs
constexpr std::uint64_t kStatus = 0x08;   // r: 0 idle, 1 busy, 2 done
constexpr std::uint64_t kError = 0x10;    // r: a CoreError
constexpr std::uint64_t kDescriptorAddress = 0x18;
constexpr std::uint64_t kDescriptorBeats = 0x20;     // up to those of the longest descriptor
constexpr std::uint64_t kWatchdog = 0x28;            // cycles, up to 2^32 - 1; 0: none
constexpr std::uint64_t kComputeCycles = 0x30;       // r
constexpr std::uint64_t kFillDrainCycles = 0x38;     // r
constexpr std::uint64_t kOperandStallCycles = 0x40;  // r
constexpr std::uint64_t kWriteStallCycles = 0x48;    // r
constexpr std::uint64_t kBytesRead = 0x50;           // r
constexpr std::uint64_t kBytesWritten = 0x58;        // r
constexpr std::uint64_t kEnd = 0x60;

constexpr std::uint64_t kIdle = 0, kBusy = 1, kDone = 2;

}  // namespace ampa::tlm::core_registers
