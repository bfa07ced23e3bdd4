#include "tlm/core/compute_engine.h"

#include <utility>

#include "timing/hardware_point.h"
#include "tlm/core/clock.h"
#include "tlm/core/job_checks.h"

namespace ampa::tlm {

ComputeEngine::ComputeEngine(const sc_core::sc_module_name& name, const timing::CoreConfig& config, const JobWords& job,
                             Scratchpads& pads, Dma::Fail fail)
    : sc_module(name), config_(config), job_(job), pads_(pads), fail_(std::move(fail)) {
  SC_THREAD(serve);
}

void ComputeEngine::serve() {
  while (true) {
    is_computing_ = false;
    start_.wait();
    cycles_ = {};
    a_begun_ = b_begun_ = 0;
    for (StepWalker step(job_); !step.is_done(); step.next()) run(step);
    done_.notify();
  }
}

void ComputeEngine::run(const StepWalker& step) {
  const std::int64_t from = current_cycle();
  if (step.loads_a()) ++a_begun_;
  if (step.loads_b()) ++b_begun_;
  pads_.a.halves.wait_until_filled(a_begun_);
  pads_.b.halves.wait_until_filled(b_begun_);
  const std::int64_t has_operands = current_cycle();
  if (step.begins_block()) pads_.results.halves.wait_for_room();
  const std::int64_t begin = current_cycle();
  if (!is_within_limits(job_, step, config_)) {
    wait(cycles(1));  // in which the step would begin
    give_up(rtl::CoreError::kLimits);
  }
  add_sums(step);
  const gemm::JobCycles& tiles =
      tile_cycles({step.num_rows(), step.num_cols(), step.depth(), job_.a.format, job_.b.format});
  cycles_.operand_stall += has_operands - from;
  cycles_.write_stall += begin - has_operands;
  cycles_.compute += tiles.compute;
  cycles_.fill_drain += tiles.fill_drain + 2;  // the cycle in which the step begins and the one in which it ends
  compute(tiles.total() + 2);
  if (step.frees_a()) pads_.a.halves.free();
  if (step.frees_b()) pads_.b.halves.free();
  if (step.ends_block()) pads_.results.halves.fill();
}

void ComputeEngine::compute(std::int64_t num_cycles) {
  is_computing_ = true;
  if (step_bound_ > 0 && num_cycles - 1 > step_bound_) {
    wait(cycles(step_bound_ + 1));
    give_up(rtl::CoreError::kWatchdog);
  }
  wait(cycles(num_cycles));
  is_computing_ = false;
}

void ComputeEngine::give_up(rtl::CoreError error) {
  fail_(error);
  wait_forever(never_);
}

void ComputeEngine::add_sums(const StepWalker& step) {
  const std::int64_t m = step.num_rows(), n = step.num_cols();
  std::vector<std::int64_t>& sums = pads_.results.sums[static_cast<std::size_t>(pads_.results.halves.filled() % 2)];
  if (step.begins_block()) sums.assign(static_cast<std::size_t>(m * n), 0);
  const auto half = [](const OperandPad& pad, std::int64_t begun) {
    return &pad.half[static_cast<std::size_t>((begun - 1) % 2)];
  };
  const StepBlock a{&job_.a, half(pads_.a, a_begun_), step.m() * job_.m_block, m};
  const StepBlock b{&job_.b, half(pads_.b, b_begun_), job_.along_k ? step.n() * job_.n_block : 0, n};
  const rtl::CoreError error = sums_.add(a, b, step.depth(), sums);
  if (error != rtl::CoreError::kNone) give_up(error);
}

// Most steps are alike.
const gemm::JobCycles& ComputeEngine::tile_cycles(const gemm::JobShape& shape) {
  if (shape.m != known_.m || shape.n != known_.n || shape.k != known_.k || shape.a != known_.a || shape.b != known_.b) {
    known_ = shape;
    known_cycles_ = timing::job_cycles(config_.point, shape);
  }
  return known_cycles_;
}

}  // namespace ampa::tlm
