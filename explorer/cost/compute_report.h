// The cycles of a network's forward pass layer by layer, in the terms of SCALE-Sim's COMPUTE_REPORT.csv.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "common/json_reader.h"
#include "cost/core_cost.h"
#include "cost/topology.h"
#include "platform/core_config.h"
#include "platform/memory_settings.h"
#include "timing/ideal_cycles.h"

namespace ampa::cost {

// What a job takes. Whoever knows of a memory gives the stalls; the array alone has none.
struct TimedJob {
  CycleCounts cycles;
  bool is_planned = false;  // the tiles are those of the blocks of a plan, not those of the whole job
};
using JobTimer = std::function<TimedJob(const gemm::JobGeometry& job)>;
JobTimer array_alone(const timing::HardwarePoint& point);
// On a core with a memory; fill and drain include the core's own (descriptor, setup, begin and end of steps).
JobTimer on_core(const platform::CoreConfig& config, const platform::MemorySettings& memory);

struct LayerReport {
  std::string layer;
  gemm::JobShape shape;
  CycleCounts cycles;
  double overall_util_percent = 0;  // MACs / (total cycles x elements x MACs per element and cycle)
  // Mean over tiles of the share of elements in use; of a plan: MACs / (compute cycles x elements x MACs per element
  // and cycle).
  double mapping_efficiency_percent = 0;
  // Mean over tiles of that share, times that of cycles with operands; of a plan: MACs / (compute and fill/drain cycles
  // x elements x MACs per element and cycle).
  double compute_util_percent = 0;
  std::int64_t ideal_os_cycles = 0, ideal_ws_cycles = 0;  // timing::ideal_cycles at the point's size
  timing::IdealGap gap;                                   // to that of the point's own dataflow, without stalls
};

// One layer after the other. Layers that cannot be timed are left out and named in `refused`; without it they are an
// InputError that names all of them. Throws InputError as timing::check_formats does.
std::vector<LayerReport> compute_report(const Topology& topology, const timing::HardwarePoint& point,
                                        const gemm::ConvFormats& formats, const JobTimer& timer,
                                        std::vector<RefusedLayer>* refused = nullptr);

// LayerID, Total Cycles, Stall Cycles, Overall Util %, Mapping Efficiency %, Compute Util %, and one line per layer.
std::string compute_report_csv(const std::vector<LayerReport>& layers);

Json to_json(const LayerReport& layer);

}  // namespace ampa::cost
