#include "timing/core_cycles.h"

#include <algorithm>
#include <array>

#include "common/ceil_div.h"
#include "timing/core_state.h"
#include "timing/descriptor.h"

namespace ampa::timing {
namespace {

constexpr const char* kCycles = "cycles";

// A step of the loop nest (rtl/core/ampa_loop_nest.v).
struct Step {
  std::int64_t slab = 0, m = 0, n = 0;  // indices
  bool load_a = false, load_b = false, free_a = false, free_b = false;
  bool begins_block = true, ends_block = true;
};

class LoopNest {
 public:
  explicit LoopNest(const JobPlan& plan)
      : plan_(plan),
        num_outer_(plan.along_k ? plan.num_n_blocks : plan.num_slabs),
        num_inner_(plan.along_k ? plan.num_slabs : plan.num_n_blocks) {}

  std::int64_t num_outer() const { return num_outer_; }
  std::int64_t num_inner() const { return num_inner_; }

  Step step(const StepIndex& at) const {
    const bool first = at.block == 0 && at.outer == 0 && at.inner == 0;
    const bool last = at.block == plan_.num_m_blocks - 1 && at.outer == num_outer_ - 1 && at.inner == num_inner_ - 1;
    Step step;
    if (plan_.along_k) {
      const bool one_slab = num_inner_ == 1;
      step.slab = at.inner, step.m = at.block, step.n = at.outer;
      step.load_a = step.load_b = !one_slab || first;
      step.free_a = step.free_b = !one_slab || last;
      step.begins_block = at.inner == 0;
      step.ends_block = at.inner == num_inner_ - 1;
    } else {
      const bool one_n = num_inner_ == 1;
      step.slab = at.outer, step.n = at.inner;
      step.load_a = at.inner == 0;
      step.free_a = at.inner == num_inner_ - 1;
      step.load_b = !one_n || first;
      step.free_b = !one_n || last;
    }
    return step;
  }

  // False behind the last step.
  bool next(StepIndex& at) const {
    if (++at.inner < num_inner_) return true;
    at.inner = 0;
    if (++at.outer < num_outer_) return true;
    at.outer = 0;
    return ++at.block < plan_.num_m_blocks;
  }

 private:
  const JobPlan& plan_;
  std::int64_t num_outer_, num_inner_;
};

// Three engines that wait for each other and for the one memory.
class Schedule {
 public:
  Schedule(const JobPlan& plan, const MemorySettings& memory)
      : plan_(plan), memory_(memory), timer_(memory, plan.config.port_bytes), nest_(plan) {}

  void by_steps() { passes_over_ = false; }
  void give_up_beyond(std::int64_t array_cycles, std::int64_t most) { array_cycles_ = array_cycles, most_ = most; }

  std::optional<CoreRun> run() {
    const std::int64_t setup = setup_cycles(plan_.config);
    const std::int64_t begin =
        checked_add(burst(1, descriptor_beats(plan_)), setup, kCycles);  // cycle 0 is the start's
    s_.reads = descriptor_beats(plan_);
    s_.cycles.fill_drain = 1 + setup;
    s_.cycles.operand_stall = begin - setup - 1;
    s_.load_time = s_.compute_time = begin;
    while (true) {
      pass_loads();
      if (compute()) {
        if (is_too_long()) return std::nullopt;
        if (passes_over_) pass_over();
        continue;
      }
      if (quantize()) continue;
      const bool load = load_is_due(), store = s_.stored.count() < leaving().count();
      if (!load && !store) break;
      const std::int64_t load_from = load ? load_request() : 0, store_from = store ? store_request() : 0;
      // Who asks first is served first; of those that wait when the memory is free again, loads.
      if (load && (!store || load_from <= std::max(store_from, s_.free)))
        do_load(load_from);
      else
        do_store(store_from);
    }
    // A last cycle in which the core sees that all is stored.
    s_.cycles.write_stall += s_.stored.at(s_.stored.count() - 1) + 1 - s_.compute_time;
    s_.cycles.total();  // fits 63 bits
    const std::int64_t port = plan_.config.port_bytes;
    return CoreRun{s_.cycles, checked_mul(s_.reads, port, "bytes read"), checked_mul(s_.writes, port, "bytes written")};
  }

 private:
  // Returns the cycle after the last beat.
  std::int64_t burst(std::int64_t taken, std::int64_t beats) {
    s_.free = checked_add(timer_.beat_cycle(taken, beats - 1), 1, kCycles);
    return s_.free;
  }

  // What load engine step is next: A or B.
  bool at_a() const { return !s_.loading_b; }
  bool needs_load() const {
    const Step step = nest_.step(s_.load);
    return at_a() ? step.load_a : step.load_b;
  }
  void advance_load() {
    if (s_.loading_b) s_.load_done = !nest_.next(s_.load);
    s_.loading_b = !s_.loading_b;
  }
  // States in which there is nothing to load take a cycle.
  void pass_loads() {
    while (!s_.load_done && !needs_load()) {
      ++s_.load_time;
      advance_load();
    }
  }
  const Last<2>& loaded() const { return at_a() ? s_.a_loaded : s_.b_loaded; }
  const Last<2>& freed() const { return at_a() ? s_.a_freed : s_.b_freed; }
  // A half is free, or is known when it will be.
  bool load_is_due() const { return !s_.load_done && loaded().count() - freed().count() < 2; }
  std::int64_t load_request() const {
    const std::int64_t half_free = loaded().count() < 2 ? 0 : freed().at(loaded().count() - 2);
    return std::max(s_.load_time, half_free);
  }
  std::int64_t load_beats() const {
    const Step step = nest_.step(s_.load);
    const std::int64_t beat_bits = 8 * plan_.config.port_bytes;
    std::int64_t bit = 0, bits = 0;
    if (at_a() || plan_.along_k) {
      const Slab& slab = plan_.slab(step.slab);
      const TensorRows& rows = at_a() ? slab.a : slab.b;
      bit = plan_.image_of(step.slab) * image_bits(at_a() ? plan_.job.a : plan_.job.b) + rows.bit;
      bits = rows.bits;
    } else {
      const std::int64_t rows = step.n == plan_.num_n_blocks - 1 ? plan_.n_last() : plan_.n_block;
      bit = step.n * plan_.n_block * image_bits(plan_.job.b);
      bits = rows * image_bits(plan_.job.b);
    }
    return ceil_div(bit % beat_bits + bits, beat_bits);
  }

  void do_load(std::int64_t from) {
    const std::int64_t beats = load_beats();
    s_.load_time = burst(std::max(from, s_.free), beats);
    s_.reads += beats;
    (at_a() ? s_.a_loaded : s_.b_loaded).add(s_.load_time);
    advance_load();
  }

  std::int64_t store_request() const {
    const std::int64_t block = s_.stored.count();
    return std::max(leaving().at(block), block == 0 ? 0 : s_.stored.at(block - 1));
  }
  void do_store(std::int64_t from) {
    const std::int64_t sums = s_.block_sums.at(s_.stored.count());
    const std::int64_t beats = ceil_div(sums * plan_.result_bits(), 8 * plan_.config.port_bytes);
    s_.stored.add(burst(std::max(from, s_.free), beats));
    s_.writes += beats;
  }

  // Blocks that wait to be stored, and blocks that have left the scratchpad of sums.
  const Last<2>& leaving() const { return plan_.codes ? s_.quantized : s_.filled; }
  const Last<2>& taken() const { return plan_.codes ? s_.quantized : s_.stored; }

  // Turns the next block of sums into codes if all that it waits for is known.
  bool quantize() {
    const std::int64_t block = s_.quantized.count();
    if (!plan_.codes || block == s_.filled.count() || block - s_.stored.count() >= 2) return false;
    const std::int64_t room = block < 2 ? 0 : s_.stored.at(block - 2),
                       free = block == 0 ? 0 : s_.quantized.at(block - 1);
    const std::int64_t begin = std::max({s_.filled.at(block), room, free});
    const std::int64_t cycles = quantize_cycles(plan_.config, *plan_.codes, s_.block_sums.at(block));
    s_.quantized.add(checked_add(begin, cycles, kCycles));
    return true;
  }

  // Runs the next step if all that it waits for is known.
  bool compute() {
    if (s_.compute_done) return false;
    const Step step = nest_.step(s_.compute);
    const std::int64_t a = s_.a_begun + (step.load_a ? 1 : 0), b = s_.b_begun + (step.load_b ? 1 : 0);
    const std::int64_t block = s_.filled.count();
    if (s_.a_loaded.count() < a || s_.b_loaded.count() < b) return false;
    if (step.begins_block && block - taken().count() >= 2) return false;
    const std::int64_t operands = std::max({s_.compute_time, s_.a_loaded.at(a - 1), s_.b_loaded.at(b - 1)});
    const std::int64_t room = step.begins_block && block >= 2 ? std::max(operands, taken().at(block - 2)) : operands;
    s_.cycles.operand_stall += operands - s_.compute_time;
    s_.cycles.write_stall += room - operands;
    const std::int64_t m = plan_.along_k ? (step.m == plan_.num_m_blocks - 1 ? plan_.m_last() : plan_.m_block)
                                         : plan_.slab(step.slab).positions;
    const std::int64_t n = step.n == plan_.num_n_blocks - 1 ? plan_.n_last() : plan_.n_block;
    const std::int64_t k = plan_.along_k ? plan_.slab(step.slab).positions : plan_.job.a.depth();
    const gemm::JobCycles& tiles = tile_cycles(m, n, k);
    const std::int64_t cycles = tiles.total() + 2;  // the step's begin and end
    s_.cycles.compute += tiles.compute;
    s_.cycles.fill_drain += tiles.fill_drain + 2;
    s_.compute_time = checked_add(room, cycles, kCycles);
    busy_ = checked_add(busy_, cycles, kCycles);
    s_.a_begun = a;
    s_.b_begun = b;
    if (step.free_a) s_.a_freed.add(s_.compute_time);
    if (step.free_b) s_.b_freed.add(s_.compute_time);
    if (step.ends_block) {
      s_.block_sums.add(m * n);
      s_.filled.add(s_.compute_time);
    }
    s_.compute_done = !nest_.next(s_.compute);
    return true;
  }

  bool is_too_long() const { return most_ && s_.compute_time > *most_ - (array_cycles_ - busy_); }

  // Most steps are alike: blocks and slabs of two sizes each.
  const gemm::JobCycles& tile_cycles(std::int64_t m, std::int64_t n, std::int64_t k) {
    for (const Known& known : known_)
      if (known.shape.m == m && known.shape.n == n && known.shape.k == k) return known.cycles;
    Known& known = known_[next_known_++ % known_.size()];
    known.shape = {m, n, k, plan_.job.a.format, plan_.job.b.format};
    known.cycles = job_cycles(plan_.config.point, known.shape);
    return known.cycles;
  }

  // Goes over steps that repeat those before them, in the inner loop or in the one around it, up to the last but some.
  void pass_over() {
    constexpr std::int64_t kWorthIt = 8;
    if (s_.compute_done || s_.load_done || s_.load.block != s_.compute.block) return;
    if (s_.compute.inner == 0) {
      inner_.reset();
      if (s_.compute.outer == 0) outer_.reset();
      if (nest_.num_outer() >= kWorthIt) pass_over(outer_, &StepIndex::outer, &StepIndex::inner, nest_.num_outer());
    } else if (nest_.num_inner() >= kWorthIt && s_.load.outer == s_.compute.outer) {
      pass_over(inner_, &StepIndex::inner, &StepIndex::outer, nest_.num_inner());
    }
  }

  // `index` counts, `other` stays as far ahead as it was.
  void pass_over(RepeatFinder& finder, std::int64_t StepIndex::*index, std::int64_t StepIndex::*other,
                 std::int64_t count) {
    const std::int64_t last = count - 2;  // the very last step is another one
    if (s_.load.*index >= last) return;
    const CoreState* then = finder.look(s_, [&](const CoreState& x, const CoreState& y) {
      return y.load.*index - x.load.*index == y.compute.*index - x.compute.*index && y.load.*other == x.load.*other &&
             same_but_later(x, y, plan_.codes.has_value()) && falls_alike(x, y, index);
    });
    if (then == nullptr) return;
    const std::int64_t stride = s_.compute.*index - then->compute.*index, times = (last - s_.load.*index) / stride;
    if (times == 0) return;
    const CycleCounts before = s_.cycles;
    s_ = go_on(*then, s_, times);
    busy_ = checked_add(busy_, s_.cycles.compute - before.compute + s_.cycles.fill_drain - before.fill_drain, kCycles);
    finder.reset();
  }

  // Whether bursts begin as far within a beat, slabs are alike, and gaps lie alike.
  bool falls_alike(const CoreState& x, const CoreState& y, std::int64_t StepIndex::*index) const {
    if (memory_.has_gaps() && (y.compute_time - x.compute_time) % memory_.gap_period_cycles != 0) return false;
    const std::int64_t beat_bits = 8 * plan_.config.port_bytes, steps = y.compute.*index - x.compute.*index;
    const auto whole_beats = [&](std::int64_t times, std::int64_t bits) {
      return (times % beat_bits) * (bits % beat_bits) % beat_bits == 0;
    };
    const bool is_slab = (index == &StepIndex::inner) == plan_.along_k;
    if (!is_slab)
      return plan_.along_k || whole_beats(steps, plan_.n_block % beat_bits * (image_bits(plan_.job.b) % beat_bits));
    if (steps % plan_.slabs_per_image != 0) return false;
    const std::int64_t images = steps / plan_.slabs_per_image * plan_.images_per_slab;
    return whole_beats(images, image_bits(plan_.job.a)) &&
           (!plan_.along_k || whole_beats(images, image_bits(plan_.job.b)));
  }

  struct Known {
    gemm::JobShape shape;
    gemm::JobCycles cycles;
  };

  const JobPlan& plan_;
  const MemorySettings& memory_;
  BurstTimer timer_;
  LoopNest nest_;
  CoreState s_;
  std::int64_t busy_ = 0;  // of the array, in steps that are done
  std::int64_t array_cycles_ = 0;
  std::optional<std::int64_t> most_;
  bool passes_over_ = true;
  RepeatFinder inner_, outer_;
  std::array<Known, 4> known_;
  std::size_t next_known_ = 0;
};

}  // namespace

CoreRun core_cycles(const JobPlan& plan, const MemorySettings& memory) {
  return *Schedule(plan, memory).run();
}

CoreRun core_cycles_by_steps(const JobPlan& plan, const MemorySettings& memory) {
  Schedule schedule(plan, memory);
  schedule.by_steps();
  return *schedule.run();
}

std::optional<CoreRun> core_cycles_within(const JobPlan& plan, const MemorySettings& memory, std::int64_t array_cycles,
                                          std::int64_t most) {
  Schedule schedule(plan, memory);
  schedule.give_up_beyond(array_cycles, most);
  return schedule.run();
}

}  // namespace ampa::timing
