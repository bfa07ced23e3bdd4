#include "tlm/core/load_engine.h"

#include <utility>

#include "common/ceil_div.h"
#include "tlm/core/clock.h"

namespace ampa::tlm {

LoadEngine::LoadEngine(const sc_core::sc_module_name& name, const timing::CoreConfig& config, const JobWords& job,
                       Scratchpads& pads, Dma& dma, Dma::Fail fail)
    : sc_module(name), config_(config), job_(job), pads_(pads), dma_(dma), fail_(std::move(fail)) {
  SC_THREAD(serve);
}

// An operand that a step has already takes one cycle to see that.
void LoadEngine::serve() {
  while (true) {
    start_.wait();
    for (StepWalker step(job_); !step.is_done(); step.next()) {
      if (step.loads_a())
        load(pads_.a, config_.a_bytes, a_slab(step));
      else
        wait(cycles(1));
      if (step.loads_b())
        load(pads_.b, config_.b_bytes, b_slab(step));
      else
        wait(cycles(1));
    }
  }
}

LoadEngine::Slab LoadEngine::a_slab(const StepWalker& step) const {
  const SlabOperandWords& words = step.slab_words().a;
  const std::uint64_t bit = job_.a_bit + step.image() * job_.a_image_bits + static_cast<std::uint64_t>(words.bit);
  return {bit, words.bits, words.gy0, words.s_offset};
}

LoadEngine::Slab LoadEngine::b_slab(const StepWalker& step) const {
  if (job_.along_k) {
    const SlabOperandWords& words = step.slab_words().b;
    const std::uint64_t bit = job_.b_bit + step.image() * job_.b_image_bits + static_cast<std::uint64_t>(words.bit);
    return {bit, words.bits, words.gy0, words.s_offset};
  }
  const std::uint64_t bit = job_.b_bit + static_cast<std::uint64_t>(step.n()) * job_.b_image_bits;
  return {bit, step.is_last_n() ? job_.b_last_bits : job_.b_block_bits, job_.b.gy0, job_.b.s_offset};
}

void LoadEngine::load(OperandPad& pad, std::int64_t pad_bytes, const Slab& slab) {
  const std::int64_t beat_bits = 8 * config_.port_bytes;
  const auto first_bit = static_cast<std::int64_t>(slab.bit % static_cast<std::uint64_t>(beat_bits));
  const std::int64_t beats = ceil_div(first_bit + slab.bits, beat_bits);
  const std::int64_t bytes = beats * config_.port_bytes;
  if (slab.bits < 1 || bytes > pad_bytes) {
    wait(cycles(1));  // in which the slab would be asked for
    fail_(rtl::CoreError::kLimits);
    wait_forever(never_);
  }
  pad.halves.wait_for_room();
  OperandHalf& half = pad.half[static_cast<std::size_t>(pad.halves.filled() % 2)];
  half.bytes.resize(static_cast<std::size_t>(bytes));
  half.first_bit = first_bit;
  half.gy0 = slab.gy0;
  half.s_offset = slab.s_offset;
  dma_.read((slab.bit - static_cast<std::uint64_t>(first_bit)) / 8, half.bytes.data(), beats);
  pad.halves.fill();
}

}  // namespace ampa::tlm
