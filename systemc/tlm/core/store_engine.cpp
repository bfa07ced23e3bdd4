#include "tlm/core/store_engine.h"

#include <algorithm>
#include <cstring>

#include "common/ceil_div.h"
#include "timing/job_plan.h"

namespace ampa::tlm {

StoreEngine::StoreEngine(const sc_core::sc_module_name& name, const timing::CoreConfig& config, const JobWords& job,
                         Scratchpads& pads, Dma& dma)
    : sc_module(name), config_(config), job_(job), pads_(pads), dma_(dma) {
  SC_THREAD(serve);
}

void StoreEngine::serve() {
  while (true) {
    start_.wait();
    std::uint64_t address = job_.out_byte;
    for (std::int64_t block = 0; block < num_blocks_; ++block) {
      halves().wait_until_filled(block + 1);
      const auto half = static_cast<std::size_t>(block % 2);
      if (job_.codes)
        take_codes(pads_.codes.bytes[half]);
      else
        take_sums(pads_.results.sums[half]);
      dma_.write(address, bytes_.data(), static_cast<std::int64_t>(bytes_.size()) / config_.port_bytes);
      address += bytes_.size();
      halves().free();
    }
  }
}

void StoreEngine::resize_to_beats(std::size_t num_bytes) {
  const std::int64_t beats = ceil_div(static_cast<std::int64_t>(num_bytes), config_.port_bytes);
  bytes_.assign(static_cast<std::size_t>(beats * config_.port_bytes), 0);
}

void StoreEngine::take_codes(const std::vector<std::uint8_t>& codes) {
  resize_to_beats(codes.size());
  std::copy(codes.begin(), codes.end(), bytes_.begin());
}

void StoreEngine::take_sums(const std::vector<std::int64_t>& sums) {
  const std::size_t sum_bytes = job_.wide ? 8 : 4;
  resize_to_beats(sums.size() * sum_bytes);
  std::uint8_t* to = bytes_.data();
  for (const std::int64_t sum : sums) {
    std::memcpy(to, &sum, sum_bytes);  // little-endian: the lower half comes first
    to += sum_bytes;
  }
}

}  // namespace ampa::tlm
