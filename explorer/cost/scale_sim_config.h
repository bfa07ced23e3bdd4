// The configuration file of SCALE-Sim, in the terms of this product.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "timing/hardware_point.h"

namespace ampa::cost {

struct ScaleSimConfig {
  std::string run_name;
  std::int64_t rows = 0, cols = 0;  // ArrayHeight, ArrayWidth
  timing::Dataflow dataflow = timing::Dataflow::kOutputStationary;
  // With InterfaceBandwidth USER; with CALC there are no stalls, and nothing of the memory is kept.
  struct Memory {
    std::int64_t ifmap_kb = 0, filter_kb = 0, ofmap_kb = 0;  // 1024 bytes
    std::int64_t words_per_cycle = 0;                        // of a byte; 1 .. 128
  };
  std::optional<Memory> memory;
  std::vector<std::string> unused;  // "SECTION.KEY = VALUE" of what has no counterpart here
};

// Sections in brackets, lines "key = value" or "key: value", comments from # or ;, keys in any case. [general]
// run_name; [architecture_presets] ArrayHeight, ArrayWidth, Dataflow (os or ws), IfmapSramSzkB, FilterSramSzkB,
// OfmapSramSzkB (or without kB, as version 1 has them), Bandwidth; [run_presets] InterfaceBandwidth (CALC if it is
// missing). Throws InputError naming `source`, line and key: no such line, a key twice, a key that is missing, values
// out of range or without a counterpart here (input stationary, sparsity).
ScaleSimConfig parse_scale_sim_config(const std::string& text, const std::string& source);

// "int8-ws-12x14"; the point of that array with these processing elements.
timing::HardwarePoint point_of(const ScaleSimConfig& config, timing::Pe pe);
// As --scratchpads and --memory take them. Scratchpads are halved, as SCALE-Sim double-buffers them too, sums take 8
// bytes, the port is as wide as the bandwidth at least, and the latency is the least there is.
std::string scratchpads_of(const ScaleSimConfig::Memory& memory);
std::string memory_of(const ScaleSimConfig::Memory& memory);

}  // namespace ampa::cost
