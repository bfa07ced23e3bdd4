// Runs the steps of a job on the array, each as soon as its slabs are loaded and a half for its results is free: the
// transaction-level twin of rtl/core/ampa_core_compute.v.
#pragma once

#include <systemc>

#include "gemm/backend.h"
#include "timing/core_config.h"
#include "tlm/core/dma.h"
#include "tlm/core/scratchpads.h"
#include "tlm/core/step_sums.h"
#include "tlm/core/step_walker.h"
#include "tlm/core/trigger.h"

namespace ampa::tlm {

class ComputeEngine : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(ComputeEngine);
  ComputeEngine(const sc_core::sc_module_name& name, const timing::CoreConfig& config, const JobWords& job,
                Scratchpads& pads, Dma::Fail fail);

  // The first step may begin in this cycle; none may take more than 1024 times `watchdog` cycles (0: no bound).
  void start(std::int64_t watchdog) {
    step_bound_ = watchdog * 1024;
    start_.call();
  }
  // Notified in the cycle after the last step.
  const sc_core::sc_event& done() const { return done_; }
  // Of the steps: stalls are those between them.
  const gemm::JobCycles& cycles_of_job() const { return cycles_; }
  void trace(sc_core::sc_trace_file* file) const { sc_core::sc_trace(file, is_computing_, "computing"); }

 private:
  void serve();
  void run(const StepWalker& step);
  void add_sums(const StepWalker& step);
  // Waits for the step's cycles.
  void compute(std::int64_t num_cycles);
  [[noreturn]] void give_up(rtl::CoreError error);
  const gemm::JobCycles& tile_cycles(const gemm::JobShape& shape);

  timing::CoreConfig config_;
  const JobWords& job_;
  Scratchpads& pads_;
  Dma::Fail fail_;
  StepSums sums_;
  gemm::JobCycles cycles_;
  std::int64_t a_begun_ = 0, b_begun_ = 0;  // slabs that steps have used
  bool is_computing_ = false;               // a step is under way
  gemm::JobShape known_;
  gemm::JobCycles known_cycles_;
  std::int64_t step_bound_ = 0;  // cycles; 0: none
  Trigger start_;
  sc_core::sc_event done_, never_;
};

}  // namespace ampa::tlm
