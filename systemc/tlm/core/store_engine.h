// Writes finished blocks of results to memory, one after the other: the transaction-level twin of
// rtl/core/ampa_core_store.v.
#pragma once

#include <cstdint>
#include <systemc>
#include <vector>

#include "timing/core_config.h"
#include "tlm/core/dma.h"
#include "tlm/core/scratchpads.h"
#include "tlm/core/trigger.h"

namespace ampa::tlm {

class StoreEngine : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(StoreEngine);
  StoreEngine(const sc_core::sc_module_name& name, const timing::CoreConfig& config, const JobWords& job,
              Scratchpads& pads, Dma& dma);

  // The blocks of a job of so many follow.
  void start(std::int64_t num_blocks) {
    num_blocks_ = num_blocks;
    start_.call();
  }
  // Returns in the first cycle in which all of them are seen to be stored.
  void wait_until_stored() { halves().wait_until_freed(num_blocks_); }

 private:
  void serve();
  // Of what leaves the core.
  Halves& halves() { return job_.codes ? pads_.codes.halves : pads_.results.halves; }
  // Fill bytes_ with whole beats; zeros behind the last result.
  void take_codes(const std::vector<std::uint8_t>& codes);
  void take_sums(const std::vector<std::int64_t>& sums);
  void resize_to_beats(std::size_t num_bytes);

  timing::CoreConfig config_;
  const JobWords& job_;
  Scratchpads& pads_;
  Dma& dma_;
  std::int64_t num_blocks_ = 0;
  std::vector<std::uint8_t> bytes_;
  Trigger start_;
};

}  // namespace ampa::tlm
