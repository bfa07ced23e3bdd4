// Where the words of a descriptor lie, 32 bits each: as rtl/core/ampa_core_config.vh has them (a test compares the
// two).
#pragma once

#include <cstddef>
#include <cstdint>

namespace ampa::timing {

constexpr std::uint32_t kMagicNumber = 0x414d5041;

// The job. Names of two words are those of the lower one.
enum JobWord : std::size_t {
  kMagic,
  kFormats,  // 3-0 bits of A, 5-4 its kind, 11-8 bits of B, 13-12 its kind, 19-16 bits of the results' codes in memory,
             // 24 .. 28 below
  kSlabs,
  kSlabsPerImage,
  kMBlocks,
  kNBlocks,
  kMBlock,
  kMLast,
  kNBlock,
  kNLast,
  kSlices,
  kLastLanes,
  kDepth,
  kABit,
  kBBit = kABit + 2,
  kOutByte = kBBit + 2,
  kAImageBits = kOutByte + 2,
  kBImageBits = kAImageBits + 2,
  kBBlockLength = kBImageBits + 2,
  kBLastLength,
  kOutFormat,  // of codes: 7-0 zero point, 16-8 lowest code, 25-17 highest
  kOutScale,   // FP32, of the sums
  kOutInvScale,
  kOutSeed,
  kOutStep = kOutSeed + 2,
  kOutTensor,
};
// Of kFormats.
constexpr int kCodeBitsShift = 16, kAlongKBit = 24, kWideBit = 25, kCodesBit = 26, kStochasticBit = 27,
              kCorrectedBit = 28;
// Of kOutFormat.
constexpr int kMinCodeShift = 8, kMaxCodeShift = 17;

// Blocks of words for A and B, and the table of slabs, behind which the corrections of columns lie.
constexpr std::size_t kAWords = 32, kBWords = 96, kSlabTable = 160, kSlabWords = 16;

enum OperandWord : std::size_t {
  kStorageBits,
  kZeroCode,
  kDilationLog2,
  kGx0,
  kHeight,
  kWidth,
  kGy0,
  kSOffset,
  kRowWalker,
  kDepthWalker = 32,
};

// A walker: radices and digits of its advance, then four words (unit, advance, low carry, mid carry) of each
// coordinate.
enum WalkerWord : std::size_t {
  kWalkerLowRadix,
  kWalkerMidRadix,
  kWalkerLowAdvance,
  kWalkerMidAdvance,
  kWalkerIndexAdvance,
  kWalkerGy,
  kWalkerGx = kWalkerGy + 4,
  kWalkerS = kWalkerGx + 4,
  kWalkerP = kWalkerS + 4,
};
constexpr std::size_t kWalkerUnit = 0, kWalkerAdvance = 1, kWalkerLowCarry = 2, kWalkerMidCarry = 3;

// A slab; of each operand a block of words.
enum SlabWord : std::size_t {
  kSlabPositions,
  kSlabSlices,
  kSlabLastLanes,
  kSlabA = 4,
  kSlabB = 8,
};
constexpr std::size_t kSlabBit = 0, kSlabLength = 1, kSlabGy0 = 2, kSlabSOffset = 3;

}  // namespace ampa::timing
