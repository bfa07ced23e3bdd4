// A core at transaction level: its engines as processes that wait for each other's halves of the scratchpads. Bits and
// cycles are those of rtl/core/ampa_core.v.
#pragma once

#include <cstdint>
#include <systemc>
#include <vector>

#include "timing/core_config.h"
#include "tlm/core/compute_engine.h"
#include "tlm/core/core_target.h"
#include "tlm/core/load_engine.h"
#include "tlm/core/quantize_engine.h"
#include "tlm/core/store_engine.h"
#include "tlm/core/trigger.h"

namespace ampa::tlm {

// A job that goes wrong ends with a reset of all processes: bursts that wait for the memory are never made, and the
// next start finds the core as the first one did.
class TransactionCore : public CoreTarget {
 public:
  SC_HAS_PROCESS(TransactionCore);
  TransactionCore(const sc_core::sc_module_name& name, const timing::CoreConfig& config);

  // Loads, the descriptor's included, go before stores: the memory's port of the load socket has the lower number.
  tlm_utils::simple_initiator_socket<Dma>& load_socket() { return load_dma_.socket; }
  tlm_utils::simple_initiator_socket<Dma>& store_socket() { return store_dma_.socket; }

  // What a wave shows: halves filled and freed of each scratchpad.
  void trace(sc_core::sc_trace_file* file) const;

 protected:
  void start(const rtl::CoreStart& start) override;

 private:
  void serve();
  void run_job();
  void fetch_descriptor();
  void fail(rtl::CoreError error);
  void watch();
  void end_at_error();

  timing::CoreConfig config_;
  Watchdog watchdog_;
  rtl::CoreStart job_start_;
  JobWords job_;
  Scratchpads pads_;
  Dma load_dma_, store_dma_;
  LoadEngine load_;
  ComputeEngine compute_;
  QuantizeEngine quantize_;
  StoreEngine store_;
  std::vector<std::uint32_t> descriptor_;
  rtl::CoreError error_ = rtl::CoreError::kNone;
  Trigger start_;
  sc_core::sc_event failed_, never_;
};

}  // namespace ampa::tlm
