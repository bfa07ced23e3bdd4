// The cycles of a network's passes layer by layer, in the terms of SCALE-Sim's COMPUTE_REPORT.csv.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "common/cycle_counts.h"
#include "common/json_reader.h"
#include "cost/topology.h"
#include "timing/core_config.h"
#include "timing/ideal_cycles.h"
#include "timing/memory_settings.h"

namespace ampa::cost {

// What a job takes. Whoever knows of a memory gives the stalls; the array alone has none.
struct TimedJob {
  CycleCounts cycles;
  bool is_planned = false;  // the tiles are those of the blocks of a plan, not those of the whole job
};
using JobTimer = std::function<TimedJob(const gemm::JobGeometry& job)>;  // throws InputError
JobTimer array_alone(const timing::HardwarePoint& point);
// On a core with a memory; fill and drain include the core's own (descriptor, setup, begin and end of steps).
JobTimer on_core(const timing::CoreConfig& config, const timing::MemorySettings& memory);

// One pass of a layer of `count` equal jobs: shape and utilisations are those of one, cycles those of all.
struct LayerReport {
  std::size_t index = 0;  // of the layer in the topology
  std::string layer;
  gemm::Pass pass = gemm::Pass::kForward;
  gemm::JobShape shape;
  std::int64_t count = 1;
  bool depthwise = false;
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

  std::int64_t macs() const;  // throws OverflowError
};

// What does not fit the point, the core or 63 bits, and why.
struct RefusedPass {
  std::string layer;
  std::int64_t line = 0;
  gemm::Pass pass = gemm::Pass::kForward;
  std::string reason;
};

struct ComputeReport {
  std::vector<LayerReport> layers;  // in the order of the topology, the passes of a layer in that of the request
  std::vector<RefusedPass> refused;
  CycleCounts cycles;  // of all layers
  std::int64_t macs = 0;
};

struct ComputeReportOptions {
  std::vector<gemm::Pass> passes = {gemm::Pass::kForward};
  bool has_memory = false;  // the timer needs addresses, which layers of two strides do not have
};

// Equal layers are costed once. A layer that is refused does not hide the others. Throws InputError as
// timing::check_formats does, and if the sums over all layers leave 63 bits.
ComputeReport compute_report(const Topology& topology, const timing::HardwarePoint& point,
                             const gemm::ConvFormats& formats, const JobTimer& timer,
                             const ComputeReportOptions& options = {});

// LayerID, Total Cycles, Stall Cycles, Overall Util %, Mapping Efficiency %, Compute Util %, and one line per layer, of
// a depthwise layer one per channel; with other passes than the forward one, Pass as a last column. Throws InputError
// for more than a million lines.
std::string compute_report_csv(const ComputeReport& report);

Json to_json(const LayerReport& layer);

}  // namespace ampa::cost
