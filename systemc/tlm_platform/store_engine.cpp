#include "tlm_platform/store_engine.h"

#include <cstring>

#include "platform/job_plan.h"

namespace ampa::systemc {

StoreEngine::StoreEngine(const sc_core::sc_module_name& name, const platform::CoreConfig& config, const JobWords& job,
                         ResultPad& results, Dma& dma)
    : sc_module(name), config_(config), job_(job), results_(results), dma_(dma) {
  SC_THREAD(serve);
}

void StoreEngine::serve() {
  while (true) {
    wait(start_);
    std::uint64_t address = job_.out_byte;
    for (std::int64_t block = 0; block < num_blocks_; ++block) {
      results_.halves.wait_until_filled(block + 1);
      pack(results_.sums[static_cast<std::size_t>(block % 2)]);
      dma_.write(address, bytes_.data(), static_cast<std::int64_t>(bytes_.size()) / config_.port_bytes);
      address += bytes_.size();
      results_.halves.free();
    }
  }
}

void StoreEngine::pack(const std::vector<std::int64_t>& sums) {
  const std::size_t sum_bytes = job_.wide ? 8 : 4;
  const auto bytes = static_cast<std::int64_t>(sums.size() * sum_bytes);
  bytes_.assign(static_cast<std::size_t>(platform::ceil_div(bytes, config_.port_bytes) * config_.port_bytes), 0);
  std::uint8_t* to = bytes_.data();
  for (const std::int64_t sum : sums) {
    std::memcpy(to, &sum, sum_bytes);  // little-endian: the lower half comes first
    to += sum_bytes;
  }
}

}  // namespace ampa::systemc
