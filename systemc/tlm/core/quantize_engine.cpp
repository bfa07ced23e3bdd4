#include "tlm/core/quantize_engine.h"

#include "common/ceil_div.h"
#include "numerics/bit_packing.h"
#include "tlm/core/clock.h"

namespace ampa::tlm {

QuantizeEngine::QuantizeEngine(const sc_core::sc_module_name& name, const timing::CoreConfig& config,
                               const JobWords& job, Scratchpads& pads)
    : sc_module(name), config_(config), job_(job), pads_(pads) {
  SC_THREAD(serve);
}

void QuantizeEngine::serve() {
  while (true) {
    start_.wait();
    first_number_ = 0;
    for (std::int64_t block = 0; block < num_blocks_; ++block) {
      pads_.results.halves.wait_until_filled(block + 1);
      pads_.codes.halves.wait_for_room();
      const auto half = static_cast<std::size_t>(block % 2);
      const std::int64_t count = quantize(pads_.results.sums[half], block);
      pads_.codes.bytes[half] = numerics::pack_codes(codes_.data(), count, job_.code_words.bits);
      wait(cycles(timing::quantize_cycles(config_, *timing::form_of(job_.codes), count)));
      pads_.results.halves.free();
      pads_.codes.halves.fill();
    }
  }
}

std::int64_t QuantizeEngine::quantize(const std::vector<std::int64_t>& sums, std::int64_t block) {
  const std::int64_t n_index = block % job_.n_blocks, first_column = n_index * job_.n_block;
  const std::int64_t cols = n_index == job_.n_blocks - 1 ? job_.n_last : job_.n_block;
  const auto count = static_cast<std::int64_t>(sums.size());
  codes_.resize(sums.size());
  for (std::int64_t i = 0; i < count; ++i) {
    const std::uint64_t number = first_number_ + static_cast<std::uint64_t>(i);
    const auto at = static_cast<std::size_t>(i);
    codes_[at] = static_cast<std::uint8_t>(job_.codes->code(sums[at], first_column + i % cols, number));
  }
  first_number_ += static_cast<std::uint64_t>(round_up(count, 8));
  return count;
}

}  // namespace ampa::tlm
