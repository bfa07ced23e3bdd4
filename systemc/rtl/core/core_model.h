// What runs a job on a core: the RTL, clocked, or a model of it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rtl/core/cycle_memory.h"
#include "timing/core_cycles.h"

namespace ampa::rtl {

// The memory image of a job: operands packed without gaps, the descriptor, room for the results.
struct JobImage {
  timing::JobPlan plan;
  std::vector<std::uint8_t> bytes;  // addresses from 0
  std::uint64_t descriptor = 0, results = 0;
  std::int64_t descriptor_beats = 0;
  std::size_t result_bytes = 0;
};

// Throws InputError if `codes` are not of the plan's form, or have corrections for another number of columns.
JobImage make_image(const timing::JobPlan& plan, const gemm::GemmJob& job,
                    const std::optional<timing::Requantization>& codes = std::nullopt);

// The sums of a finished job.
void read_results(const JobImage& image, gemm::Accumulators& out);

// The M x N codes, row by row, one a byte, of a finished job whose results left as codes.
std::vector<std::uint8_t> read_codes(const JobImage& image, CodeFormat format);

constexpr std::int64_t kWatchdogCycles = std::int64_t{1} << 24;

// A burst as a memory saw it.
struct BurstRecord {
  bool is_write = false;
  std::uint64_t address = 0;
  std::int64_t beats = 0;
  std::int64_t taken = 0;  // the cycle of the request, from the job's start

  friend bool operator==(const BurstRecord& x, const BurstRecord& y) {
    return x.is_write == y.is_write && x.address == y.address && x.beats == y.beats && x.taken == y.taken;
  }
};

struct RunOptions {
  MemoryFaults faults;
  std::int64_t watchdog_cycles = kWatchdogCycles;  // 0 .. 2^32 - 1; 0: none
  std::string wave_path;                           // a VCD file to write; empty: none
  std::vector<BurstRecord>* bursts = nullptr;      // takes the bursts of the job
};

class CoreModel {
 public:
  virtual ~CoreModel() = default;

  // Runs the job of an image and leaves its results there. Throws RunError naming what went wrong: an error of the
  // memory, a beat out of order, no progress within the watchdog's bound, sums beyond 32 bits.
  virtual timing::CoreRun run(JobImage& image, const timing::MemorySettings& memory, const RunOptions& options) = 0;
};

// The verilated core, without SystemC. Throws InputError if the configuration has not been verilated.
std::unique_ptr<CoreModel> make_verilated_core(const timing::CoreConfig& config);

// The configurations that are verilated: those of rtl/core_points.json.
const std::vector<timing::CoreConfig>& verilated_cores();

}  // namespace ampa::rtl
