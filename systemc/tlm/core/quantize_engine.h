// Turns blocks of sums into blocks of packed codes, for jobs whose results leave as codes: the transaction-level twin
// of rtl/core/ampa_core_quantize.v.
#pragma once

#include <cstdint>
#include <systemc>
#include <vector>

#include "timing/core_config.h"
#include "tlm/core/scratchpads.h"
#include "tlm/core/trigger.h"

namespace ampa::tlm {

class QuantizeEngine : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(QuantizeEngine);
  QuantizeEngine(const sc_core::sc_module_name& name, const timing::CoreConfig& config, const JobWords& job,
                 Scratchpads& pads);

  // The blocks of a job of so many follow.
  void start(std::int64_t num_blocks) {
    num_blocks_ = num_blocks;
    start_.call();
  }

 private:
  void serve();
  // Fills codes_ and returns how many.
  std::int64_t quantize(const std::vector<std::int64_t>& sums, std::int64_t block);

  timing::CoreConfig config_;
  const JobWords& job_;
  Scratchpads& pads_;
  std::int64_t num_blocks_ = 0;
  std::uint64_t first_number_ = 0;  // of the block's results
  std::vector<std::uint8_t> codes_;
  Trigger start_;
};

}  // namespace ampa::tlm
