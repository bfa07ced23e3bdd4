// What runs a job on a core: the RTL, clocked, or a model of it.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/cycle_memory.h"
#include "platform/core_cycles.h"

namespace ampa::systemc {

// The memory image of a job: operands packed without gaps, the descriptor, room for the results.
struct JobImage {
  platform::JobPlan plan;
  std::vector<std::uint8_t> bytes;  // addresses from 0
  std::uint64_t descriptor = 0, results = 0;
};

JobImage make_image(const platform::JobPlan& plan, const gemm::GemmJob& job);

// The sums of a finished job.
void read_results(const JobImage& image, gemm::Accumulators& out);

class CoreModel {
 public:
  virtual ~CoreModel() = default;

  // Runs the job of an image and leaves its results there. Throws RunError naming what went wrong: an error of the
  // memory, a beat out of order, no progress for `watchdog_cycles`, sums beyond 32 bits.
  virtual platform::CoreRun run(JobImage& image, const platform::MemorySettings& memory,
                                const MemoryFaults& faults) = 0;
};

constexpr std::int64_t kWatchdogCycles = std::int64_t{1} << 24;

// The verilated core. Throws InputError if the configuration has not been verilated.
std::unique_ptr<CoreModel> make_verilated_core(const platform::CoreConfig& config);

// The configurations that are verilated: those of rtl/core_points.json.
const std::vector<platform::CoreConfig>& verilated_cores();

}  // namespace ampa::systemc
