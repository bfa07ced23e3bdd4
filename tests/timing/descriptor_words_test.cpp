// The numbers of a descriptor's words in C++ and in Verilog are one table.
#include "timing/descriptor_words.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <regex>
#include <string>

#include "timing/descriptor.h"

using namespace ampa::timing;

namespace {

std::map<std::string, std::uint32_t> verilog_constants() {
  std::ifstream file(std::string(AMPA_SOURCE_DIR) + "/rtl/core/ampa_core_config.vh");
  const std::regex pattern(R"(^localparam\s+(?:\[31:0\]\s*)?(\w+)\s*=\s*(32'h[0-9a-f_]+|\d+);)");
  std::map<std::string, std::uint32_t> constants;
  std::smatch match;
  for (std::string line; std::getline(file, line);) {
    if (!std::regex_search(line, match, pattern)) continue;
    std::string value = match[2];
    const bool is_hex = value.rfind("32'h", 0) == 0;
    if (is_hex) value = std::regex_replace(value.substr(4), std::regex("_"), "");
    constants[match[1]] = static_cast<std::uint32_t>(std::stoul(value, nullptr, is_hex ? 16 : 10));
  }
  return constants;
}

}  // namespace

TEST_CASE("the words of a descriptor lie where rtl/core/ampa_core_config.vh says") {
  const std::map<std::string, std::uint32_t> expected{
      {"DESCRIPTOR_MAGIC", kMagicNumber},
      {"JOB_MAGIC", kMagic},
      {"JOB_FORMATS", kFormats},
      {"JOB_SLABS", kSlabs},
      {"JOB_SLABS_PER_IMAGE", kSlabsPerImage},
      {"JOB_M_BLOCKS", kMBlocks},
      {"JOB_N_BLOCKS", kNBlocks},
      {"JOB_M_BLOCK", kMBlock},
      {"JOB_M_LAST", kMLast},
      {"JOB_N_BLOCK", kNBlock},
      {"JOB_N_LAST", kNLast},
      {"JOB_SLICES", kSlices},
      {"JOB_LAST_LANES", kLastLanes},
      {"JOB_DEPTH", kDepth},
      {"JOB_A_BIT", kABit},
      {"JOB_B_BIT", kBBit},
      {"JOB_OUT_BYTE", kOutByte},
      {"JOB_A_IMAGE_BITS", kAImageBits},
      {"JOB_B_IMAGE_BITS", kBImageBits},
      {"JOB_B_BLOCK_LENGTH", kBBlockLength},
      {"JOB_B_LAST_LENGTH", kBLastLength},
      {"JOB_OUT_FORMAT", kOutFormat},
      {"JOB_OUT_SCALE", kOutScale},
      {"JOB_OUT_INV_SCALE", kOutInvScale},
      {"JOB_OUT_SEED", kOutSeed},
      {"JOB_OUT_STEP", kOutStep},
      {"JOB_OUT_TENSOR", kOutTensor},
      {"JOB_WORDS", 32},
      {"A_WORDS", kAWords},
      {"B_WORDS", kBWords},
      {"OPERAND_STORAGE_BITS", kStorageBits},
      {"OPERAND_ZERO_CODE", kZeroCode},
      {"OPERAND_DILATION_LOG2", kDilationLog2},
      {"OPERAND_GX0", kGx0},
      {"OPERAND_HEIGHT", kHeight},
      {"OPERAND_WIDTH", kWidth},
      {"OPERAND_GY0", kGy0},
      {"OPERAND_S_OFFSET", kSOffset},
      {"ROW_WALKER", kRowWalker},
      {"DEPTH_WALKER", kDepthWalker},
      {"OPERAND_WORDS", kBWords - kAWords},
      {"WALKER_LOW_RADIX", kWalkerLowRadix},
      {"WALKER_MID_RADIX", kWalkerMidRadix},
      {"WALKER_LOW_ADVANCE", kWalkerLowAdvance},
      {"WALKER_MID_ADVANCE", kWalkerMidAdvance},
      {"WALKER_INDEX_ADVANCE", kWalkerIndexAdvance},
      {"WALKER_GY", kWalkerGy},
      {"WALKER_GX", kWalkerGx},
      {"WALKER_S", kWalkerS},
      {"WALKER_P", kWalkerP},
      {"WALKER_UNIT", kWalkerUnit},
      {"WALKER_ADVANCE", kWalkerAdvance},
      {"WALKER_LOW_CARRY", kWalkerLowCarry},
      {"WALKER_MID_CARRY", kWalkerMidCarry},
      {"SLAB_TABLE", kSlabTable},
      {"SLAB_POSITIONS", kSlabPositions},
      {"SLAB_SLICES", kSlabSlices},
      {"SLAB_LAST_LANES", kSlabLastLanes},
      {"SLAB_A", kSlabA},
      {"SLAB_B", kSlabB},
      {"SLAB_BIT", kSlabBit},
      {"SLAB_LENGTH", kSlabLength},
      {"SLAB_GY0", kSlabGy0},
      {"SLAB_S_OFFSET", kSlabSOffset},
      {"SLAB_WORDS", kSlabWords},
      {"MAX_SLAB_ENTRIES", kMaxSlabEntries},
  };
  CHECK(verilog_constants() == expected);
}
