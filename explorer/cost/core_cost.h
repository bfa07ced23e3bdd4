// What a recorded training run costs on a core with a memory, without training again.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cost/by_pass.h"
#include "cost/energy.h"
#include "record/run_record.h"
#include "timing/core_cycles.h"

namespace ampa::cost {

// Sums over jobs. Each cycle is compute, fill/drain, operand stall or write stall; bytes are whole beats of the port.
struct CoreSum {
  CycleCounts cycles;
  std::int64_t bytes_read = 0, bytes_written = 0;
  std::int64_t macs = 0;
  double peak_cycles = 0;   // that the MACs would take with every processing element at its rate for their widths
  double brick_cycles = 0;  // compute cycles times the share of a multiplier that is at work (timing::utilisation)
  Events events;

  double mapping_utilisation() const;  // of the array while it computes, 0 .. 1
  double brick_utilisation() const;    // of a multiplier while it computes, 0 .. 1
  double overall_utilisation() const;  // of the array over all cycles, 0 .. 1
  // Throws OverflowError if a sum does not fit 63 bits.
  void add(const CoreSum& other, std::int64_t times);
};

// The array of int8 elements of the same size and dataflow: what every point is compared with.
timing::HardwarePoint int8_point(timing::HardwarePoint point);

struct CoreLayerCost {
  std::string layer;
  ByPass<CoreSum> passes;
  ByPass<CoreSum> int8;   // of the same jobs at 8 bits
  ByPass<CoreSum> fixed;  // of the same jobs at 8 bits on an array of int8 elements of the same size and dataflow
};

// How the results of forward passes and of activation gradients leave a core; those of weight gradients are sums.
// Codes are as wide as those of operand A came; of a forward pass rounded to nearest with a correction for each column
// (activations have zero points), of a gradient rounded at random.
enum class Results { kSums, kCodes };

const char* to_string(Results results);  // "sums", "codes"

std::optional<timing::CodeResults> codes_of(gemm::Pass pass, const gemm::JobGeometry& job, Results results);

// Which part of a run is costed, and as what.
struct CoreCostOptions {
  std::vector<std::string> layers;         // empty: all
  std::int64_t first_step = 0;             // of the whole run, from 0
  std::optional<std::int64_t> last_step;   // none: to the end
  std::optional<std::int64_t> batch_size;  // as if the run had had it: the same epochs and widths, other steps
  Results results = Results::kSums;
  bool skip_refused = false;  // layers that the core refuses are left out and named in the cost
};

// Of a run with the options' batch size.
std::int64_t steps_per_epoch(const record::RunRecord& record, const CoreCostOptions& options);

// A layer that the core refuses.
struct RefusedLayer {
  std::string layer, reason;  // the pass and the limits that are met
};
// "layer 'x': fwd: core ...; layer 'y': ...": all of them.
std::string to_words(const std::vector<RefusedLayer>& refused);

struct CoreCost {
  timing::CoreConfig config;
  timing::MemorySettings memory;
  Results results = Results::kSums;
  std::int64_t num_steps = 0;
  std::vector<CoreLayerCost> layers;  // those that are costed
  std::vector<RefusedLayer> refused;  // those that are not, though asked for
  CoreSum total, int8_total, fixed_total;
  double cycles_reduction_percent() const;  // 100 * (1 - total / int8_total), in cycles
};

// Each distinct job is planned and counted once (timing::core_cycles); a run is the sum over its steps. Throws
// InputError naming `source` for a record without jobs, without their convolutions or with cycles beyond 63 bits, and
// if timing::plan_job refuses a job: naming every layer of which it does, and why. With skip_refused only if it
// refuses all.
CoreCost cost_on_core(const record::RunRecord& record, const timing::CoreConfig& config,
                      const timing::MemorySettings& memory, const CoreCostOptions& options, const std::string& source);

// A memory and scratchpads around the array of any point, as timing::memory_from_string and
// timing::core_from_string (behind the point's name) read them.
struct CoreChoice {
  std::string scratchpads, memory;
};
CoreCost cost_on_core(const record::RunRecord& record, const std::string& point, const CoreChoice& core,
                      const CoreCostOptions& options, const std::string& source);

Json to_json(const CoreSum& sum);
Json to_json(const CoreCost& cost);

}  // namespace ampa::cost
