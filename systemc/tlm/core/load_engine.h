// Brings the slabs of a job from memory into the operand scratchpads, ahead of the compute engine: the
// transaction-level twin of rtl/core/ampa_core_load.v.
#pragma once

#include <systemc>

#include "timing/core_config.h"
#include "tlm/core/dma.h"
#include "tlm/core/scratchpads.h"
#include "tlm/core/step_walker.h"
#include "tlm/core/trigger.h"

namespace ampa::tlm {

class LoadEngine : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(LoadEngine);
  LoadEngine(const sc_core::sc_module_name& name, const timing::CoreConfig& config, const JobWords& job,
             Scratchpads& pads, Dma& dma, Dma::Fail fail);

  // The first step begins in this cycle.
  void start() { start_.call(); }

 private:
  struct Slab {
    std::uint64_t bit = 0;  // in memory
    std::int64_t bits = 0;
    std::uint32_t gy0 = 0, s_offset = 0;
  };

  void serve();
  void load(OperandPad& pad, std::int64_t pad_bytes, const Slab& slab);
  Slab a_slab(const StepWalker& step) const;
  Slab b_slab(const StepWalker& step) const;

  timing::CoreConfig config_;
  const JobWords& job_;
  Scratchpads& pads_;
  Dma& dma_;
  Dma::Fail fail_;
  Trigger start_;
  sc_core::sc_event never_;
};

}  // namespace ampa::tlm
