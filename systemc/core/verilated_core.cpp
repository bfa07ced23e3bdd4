// Clocks the verilated cores. Includes Verilator's headers and therefore none of SystemC: both declare sc_time_stamp.
#include <fmt/format.h>
#include <verilated.h>

#include <array>
#include <cstring>
#include <string_view>

#include "ampa_verilated_cores.h"
#include "common/error.h"
#include "core/core_model.h"
#include "platform/descriptor.h"

namespace ampa::systemc {
namespace {

constexpr std::array<std::string_view, 5> kErrors{
    "no error", "the memory answers with an error", "a beat of another burst comes (out of order)",
    "no progress of the memory within the watchdog's bound", "the descriptor has no magic number"};

template <class Verilated>
class VerilatedCore : public CoreModel {
 public:
  explicit VerilatedCore(const platform::CoreConfig& config) : config_(config), core_(&context_, "") {}
  ~VerilatedCore() override { core_.final(); }

  platform::CoreRun run(JobImage& image, const platform::MemorySettings& settings,
                        const MemoryFaults& faults) override {
    reset();
    CycleMemory memory(settings, config_.port_bytes, faults);
    core_.descriptor_address_i = image.descriptor;
    core_.descriptor_beats_i = static_cast<std::uint32_t>(platform::descriptor_beats(image.plan));
    core_.watchdog_i = static_cast<std::uint32_t>(kWatchdogCycles);
    core_.start_i = 1;
    std::int64_t cycles = 0;
    while (core_.done_o == 0) {
      serve(memory, image);
      clock();
      core_.start_i = 0;
      ++cycles;
    }
    return checked(cycles);
  }

 private:
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

  // One cycle of the memory: the port's inputs follow from its outputs.
  void serve(CycleMemory& memory, JobImage& image) {
    const bool takes = memory.is_ready() && core_.request_valid_o != 0;
    if (takes)
      memory.take({core_.request_write_o != 0, core_.request_tag_o, core_.request_address_o, core_.request_beats_o});
    const bool moves = memory.moves_beat();
    core_.request_ready_i = takes ? 1 : 0;
    core_.read_valid_i = 0;
    core_.write_ready_i = 0;
    core_.read_error_i = core_.write_error_i = moves && memory.is_refused() ? 1 : 0;
    if (!moves) return;
    const auto port = static_cast<std::size_t>(config_.port_bytes);
    const std::size_t at = memory.request().address + static_cast<std::size_t>(memory.beat()) * port;
    if (at + port > image.bytes.size())
      throw RunError(fmt::format("core: expected an access below {}, found one at {}", image.bytes.size(), at));
    if (memory.request().is_write) {
      core_.write_ready_i = 1;
      if (core_.write_valid_o == 0) throw RunError("core: expected a beat to be written, found none");
      std::memcpy(image.bytes.data() + at, &core_.write_data_o, port);
    } else {
      core_.read_valid_i = 1;
      core_.read_tag_i = static_cast<std::uint8_t>(memory.tag());
      std::memcpy(&core_.read_data_i, image.bytes.data() + at, port);
    }
  }

  platform::CoreRun checked(std::int64_t cycles) const {
    if (core_.error_o != 0)
      throw RunError(
          fmt::format("core {}: {} (cycle {})", platform::name_of(config_), kErrors.at(core_.error_o), cycles));
    if (core_.overflow_o != 0) throw RunError("core: expected sums within 32 bits, found the overflow flag set");
    platform::CoreRun run;
    run.cycles = {
        static_cast<std::int64_t>(core_.compute_cycles_o), static_cast<std::int64_t>(core_.fill_drain_cycles_o),
        static_cast<std::int64_t>(core_.operand_stall_cycles_o), static_cast<std::int64_t>(core_.write_stall_cycles_o)};
    run.bytes_read = static_cast<std::int64_t>(core_.read_beats_o) * config_.port_bytes;
    run.bytes_written = static_cast<std::int64_t>(core_.write_beats_o) * config_.port_bytes;
    if (run.cycles.total() != cycles)
      throw RunError(fmt::format("core: expected counters to add up to {} clock edges, found {} + {} + {} + {}", cycles,
                                 run.cycles.compute, run.cycles.fill_drain, run.cycles.operand_stall,
                                 run.cycles.write_stall));
    return run;
  }

  platform::CoreConfig config_;
  VerilatedContext context_;
  Verilated core_;
};

}  // namespace

const std::vector<platform::CoreConfig>& verilated_cores() {
  static const std::vector<platform::CoreConfig> cores = [] {
    std::vector<platform::CoreConfig> list;
#define AMPA_CORE(text, Verilated) list.push_back(platform::core_from_string(text));
    AMPA_VERILATED_CORES(AMPA_CORE)
#undef AMPA_CORE
    return list;
  }();
  return cores;
}

std::unique_ptr<CoreModel> make_verilated_core(const platform::CoreConfig& config) {
  const std::string name = platform::name_of(config);
#define AMPA_CORE(text, Verilated)                                 \
  if (platform::name_of(platform::core_from_string(text)) == name) \
    return std::make_unique<VerilatedCore<Verilated>>(config);
  AMPA_VERILATED_CORES(AMPA_CORE)
#undef AMPA_CORE
  std::string names;
  for (const platform::CoreConfig& core : verilated_cores())
    names += (names.empty() ? "" : "; ") + platform::name_of(core);
  throw InputError(fmt::format("core: expected one with an RTL model ({}), found '{}'", names, name));
}

}  // namespace ampa::systemc
