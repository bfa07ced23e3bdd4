// Clocks the verilated cores. Includes Verilator's headers and therefore none of SystemC: both declare sc_time_stamp.
#include <fmt/format.h>
#include <verilated.h>
#include <verilated_vcd_c.h>

#include <cstring>

#include "ampa_verilated_cores.h"
#include "common/error.h"
#include "rtl/core/clocked_core.h"
#include "rtl/core/wave_path.h"

namespace ampa::rtl {
namespace {

template <class Verilated>
class VerilatedCore : public ClockedCore {
 public:
  explicit VerilatedCore(const timing::CoreConfig& config) : config_(config), core_(&context_, "") {}
  ~VerilatedCore() override { core_.final(); }

  ClockedRun run(const CoreStart& start, MemoryBytes bytes, const timing::MemorySettings& settings,
                 const RunOptions& options) override {
    reset();
    VerilatedVcdC wave;
    if (!options.wave_path.empty()) open(wave, options.wave_path);
    CycleMemory memory(settings, config_.port_bytes, options.faults);
    core_.descriptor_address_i = start.descriptor;
    core_.descriptor_beats_i = static_cast<std::uint32_t>(start.beats);
    core_.watchdog_i = static_cast<std::uint32_t>(start.watchdog);
    core_.start_i = 1;
    ClockedRun run;
    while (core_.done_o == 0) {
      if (serve(memory, bytes) && options.bursts != nullptr)
        options.bursts->push_back(
            {memory.request().is_write, memory.request().address, memory.request().beats, run.num_cycles});
      clock();
      if (wave.isOpen()) wave.dump(static_cast<std::uint64_t>(run.num_cycles));
      core_.start_i = 0;
      ++run.num_cycles;
    }
    if (core_.request_valid_o != 0) throw RunError("core: expected no request after the end of a job, found one");
    run.status = status();
    return run;
  }

 private:
  // One sample per cycle, of the signals of ampa_core itself.
  void open(VerilatedVcdC& wave, const std::string& path) {
    check_wave_path(path);
    context_.traceEverOn(true);
    core_.trace(&wave, 1);
    wave.open(path.c_str());
  }

  void clock() {
    core_.clk_i = 1;
    core_.eval();
    core_.clk_i = 0;
    core_.eval();
  }

  void reset() {
    core_.clk_i = 0;
    core_.rst_ni = 0;
    core_.start_i = 0;
    core_.request_ready_i = 0;
    core_.read_valid_i = 0;
    core_.write_ready_i = 0;
    core_.eval();
    clock();
    core_.rst_ni = 1;
    core_.eval();
  }

  // One cycle of the memory: the port's inputs follow from its outputs. Returns whether it takes a request.
  bool serve(CycleMemory& memory, MemoryBytes bytes) {
    const bool takes = memory.is_ready() && core_.request_valid_o != 0;
    if (takes)
      memory.take({core_.request_write_o != 0, core_.request_tag_o, core_.request_address_o, core_.request_beats_o});
    const bool moves = memory.moves_beat();
    core_.request_ready_i = takes ? 1 : 0;
    core_.read_valid_i = 0;
    core_.write_ready_i = 0;
    core_.read_error_i = core_.write_error_i = 0;
    if (!moves) return takes;
    const auto port = static_cast<std::size_t>(config_.port_bytes);
    const std::uint64_t at = memory.request().address + static_cast<std::uint64_t>(memory.beat()) * port;
    const bool is_refused = memory.is_refused() || port > bytes.size || at > bytes.size - port;
    core_.read_error_i = core_.write_error_i = is_refused ? 1 : 0;
    if (memory.request().is_write) {
      core_.write_ready_i = 1;
      if (!is_refused) std::memcpy(bytes.data + at, &core_.write_data_o, port);
    } else {
      core_.read_valid_i = 1;
      core_.read_tag_i = static_cast<std::uint8_t>(memory.tag());
      if (!is_refused) std::memcpy(&core_.read_data_i, bytes.data + at, port);
    }
    return takes;
  }

  CoreStatus status() const {
    CoreStatus status;
    status.error = static_cast<CoreError>(core_.error_o);
    if (core_.overflow_o != 0) status.error = CoreError::kOverflow;
    status.run.cycles = {
        static_cast<std::int64_t>(core_.compute_cycles_o), static_cast<std::int64_t>(core_.fill_drain_cycles_o),
        static_cast<std::int64_t>(core_.operand_stall_cycles_o), static_cast<std::int64_t>(core_.write_stall_cycles_o)};
    status.run.bytes_read = static_cast<std::int64_t>(core_.read_beats_o) * config_.port_bytes;
    status.run.bytes_written = static_cast<std::int64_t>(core_.write_beats_o) * config_.port_bytes;
    return status;
  }

  timing::CoreConfig config_;
  VerilatedContext context_;
  Verilated core_;
};

}  // namespace

const std::vector<timing::CoreConfig>& verilated_cores() {
  static const std::vector<timing::CoreConfig> cores = [] {
    std::vector<timing::CoreConfig> list;
#define AMPA_CORE(text, Verilated) list.push_back(timing::core_from_string(text));
    AMPA_VERILATED_CORES(AMPA_CORE)
#undef AMPA_CORE
    return list;
  }();
  return cores;
}

std::unique_ptr<ClockedCore> make_clocked_core(const timing::CoreConfig& config) {
  const std::string name = timing::name_of(config);
#define AMPA_CORE(text, Verilated)                             \
  if (timing::name_of(timing::core_from_string(text)) == name) \
    return std::make_unique<VerilatedCore<Verilated>>(config);
  AMPA_VERILATED_CORES(AMPA_CORE)
#undef AMPA_CORE
  std::string names;
  for (const timing::CoreConfig& core : verilated_cores()) names += (names.empty() ? "" : "; ") + timing::name_of(core);
  throw InputError(fmt::format("core: expected one with an RTL model ({}), found '{}'", names, name));
}

}  // namespace ampa::rtl
