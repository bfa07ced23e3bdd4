#include "rtl/core/core_model.h"

#include <fmt/format.h>

#include "common/error.h"
#include "rtl/core/clocked_core.h"

namespace ampa::rtl {
namespace {

// A clocked core on the bytes of an image.
class ClockedModel : public CoreModel {
 public:
  explicit ClockedModel(const timing::CoreConfig& config)
      : name_(timing::name_of(config)), core_(make_clocked_core(config)) {}

  timing::CoreRun run(JobImage& image, const timing::MemorySettings& memory, const RunOptions& options) override {
    const ClockedRun run = core_->run({image.descriptor, image.descriptor_beats, options.watchdog_cycles},
                                      {image.bytes.data(), image.bytes.size()}, memory, options);
    if (run.status.error != CoreError::kNone)
      throw RunError(fmt::format("core {}: {} (cycle {})", name_, to_string(run.status.error), run.num_cycles));
    const gemm::JobCycles& cycles = run.status.run.cycles;
    if (cycles.total() != run.num_cycles)
      throw RunError(fmt::format("core {}: expected counters to add up to {} clock edges, found {} + {} + {} + {}",
                                 name_, run.num_cycles, cycles.compute, cycles.fill_drain, cycles.operand_stall,
                                 cycles.write_stall));
    return run.status.run;
  }

 private:
  std::string name_;
  std::unique_ptr<ClockedCore> core_;
};

}  // namespace

std::unique_ptr<CoreModel> make_verilated_core(const timing::CoreConfig& config) {
  return std::make_unique<ClockedModel>(config);
}

}  // namespace ampa::rtl
