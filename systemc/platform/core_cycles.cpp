#include "platform/core_cycles.h"

#include <algorithm>
#include <array>

#include "common/ceil_div.h"
#include "platform/descriptor.h"

namespace ampa::platform {
namespace {

// A step of the loop nest (rtl/core/ampa_loop_nest.v).
struct Step {
  std::int64_t slab = 0, m = 0, n = 0;  // indices
  bool load_a = false, load_b = false, free_a = false, free_b = false;
  bool begins_block = true, ends_block = true;
};

class LoopNest {
 public:
  explicit LoopNest(const JobPlan& plan) : plan_(plan) {}
  bool done() const { return done_; }

  Step step() const {
    const bool first = slab_ == 0 && m_ == 0 && n_ == 0, last_slab = slab_ == plan_.num_slabs - 1;
    const bool last_n = n_ == plan_.num_n_blocks - 1, last = last_slab && last_n && m_ == plan_.num_m_blocks - 1;
    const bool one_slab = plan_.num_slabs == 1, one_n = plan_.num_n_blocks == 1;
    Step step{slab_, m_, n_};
    if (plan_.along_k) {
      step.load_a = step.load_b = !one_slab || first;
      step.free_a = step.free_b = !one_slab || last;
      step.begins_block = slab_ == 0;
      step.ends_block = last_slab;
    } else {
      step.load_a = n_ == 0;
      step.free_a = last_n;
      step.load_b = !one_n || first;
      step.free_b = !one_n || last;
    }
    return step;
  }

  void next() {
    if (plan_.along_k) {
      if (++slab_ == plan_.num_slabs) slab_ = 0, ++n_;
      if (n_ == plan_.num_n_blocks) n_ = 0, ++m_;
      done_ = m_ == plan_.num_m_blocks;
    } else {
      if (++n_ == plan_.num_n_blocks) n_ = 0, ++slab_;
      done_ = slab_ == plan_.num_slabs;
    }
  }

 private:
  const JobPlan& plan_;
  std::int64_t slab_ = 0, m_ = 0, n_ = 0;
  bool done_ = false;
};

// The times at which halves of a scratchpad change hands. Only the last two count: there are two halves.
class LastTwo {
 public:
  void add(std::int64_t time) { times_[static_cast<std::size_t>(count_++ % 2)] = time; }
  std::int64_t count() const { return count_; }
  std::int64_t at(std::int64_t index) const { return times_[static_cast<std::size_t>(index % 2)]; }

 private:
  std::array<std::int64_t, 2> times_{};
  std::int64_t count_ = 0;
};

// Three engines that wait for each other and for the one memory. All times are cycles from the start; a time of an
// event is the first cycle in which others see it.
class Schedule {
 public:
  Schedule(const JobPlan& plan, const MemorySettings& memory)
      : plan_(plan), timer_(memory, plan.config.port_bytes), load_nest_(plan), compute_nest_(plan) {}

  CoreRun run() {
    const std::int64_t setup = setup_cycles(plan_.config);
    begin_ = burst(1, descriptor_beats(plan_)) + setup;  // cycle 0 is the start's
    reads_ = descriptor_beats(plan_);
    cycles_.fill_drain = 1 + setup;
    cycles_.operand_stall = begin_ - setup - 1;
    load_time_ = compute_time_ = begin_;
    while (true) {
      pass_loads();
      if (compute() || quantize()) continue;
      const bool load = load_is_due(), store = stored_.count() < leaving().count();
      if (!load && !store) break;
      const std::int64_t load_from = load ? load_request() : 0, store_from = store ? store_request() : 0;
      // Who asks first is served first; of those that wait when the memory is free again, loads.
      if (load && (!store || load_from <= std::max(store_from, free_)))
        do_load(load_from);
      else
        do_store(store_from);
    }
    // A last cycle in which the core sees that all is stored.
    cycles_.write_stall += stored_.at(stored_.count() - 1) + 1 - compute_time_;
    const std::int64_t port = plan_.config.port_bytes;
    return {cycles_, reads_ * port, writes_ * port};
  }

 private:
  // Returns the cycle after the last beat.
  std::int64_t burst(std::int64_t taken, std::int64_t beats) {
    free_ = timer_.beat_cycle(taken, beats - 1) + 1;
    return free_;
  }

  // What load engine step is next: A or B.
  bool at_a() const { return !loading_b_; }
  bool needs_load() const {
    const Step step = load_nest_.step();
    return at_a() ? step.load_a : step.load_b;
  }
  void advance_load() {
    if (loading_b_) load_nest_.next();
    loading_b_ = !loading_b_;
  }
  // States in which there is nothing to load take a cycle.
  void pass_loads() {
    while (!load_nest_.done() && !needs_load()) {
      ++load_time_;
      advance_load();
    }
  }
  // A half is free, or is known when it will be.
  bool load_is_due() const {
    if (load_nest_.done()) return false;
    const LastTwo &loaded = at_a() ? a_loaded_ : b_loaded_, &freed = at_a() ? a_freed_ : b_freed_;
    return loaded.count() - freed.count() < 2;
  }
  std::int64_t load_request() const {
    const LastTwo &loaded = at_a() ? a_loaded_ : b_loaded_, &freed = at_a() ? a_freed_ : b_freed_;
    const std::int64_t half_free = loaded.count() < 2 ? 0 : freed.at(loaded.count() - 2);
    return std::max(load_time_, half_free);
  }
  std::int64_t load_beats() const {
    const Step step = load_nest_.step();
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
    load_time_ = burst(std::max(from, free_), beats);
    reads_ += beats;
    (at_a() ? a_loaded_ : b_loaded_).add(load_time_);
    advance_load();
  }

  std::int64_t store_request() const {
    const std::int64_t block = stored_.count();
    return std::max(leaving().at(block), block == 0 ? 0 : stored_.at(block - 1));
  }
  void do_store(std::int64_t from) {
    const std::int64_t block = stored_.count();
    const std::int64_t beats = ceil_div(block_sums(block) * plan_.result_bits(), 8 * plan_.config.port_bytes);
    stored_.add(burst(std::max(from, free_), beats));
    writes_ += beats;
  }

  // Blocks that wait to be stored, and blocks that have left the scratchpad of sums.
  const LastTwo& leaving() const { return plan_.codes ? quantized_ : filled_; }
  const LastTwo& taken() const { return plan_.codes ? quantized_ : stored_; }

  // Turns the next block of sums into codes if all that it waits for is known.
  bool quantize() {
    const std::int64_t block = quantized_.count();
    if (!plan_.codes || block == filled_.count() || block - stored_.count() >= 2) return false;
    const std::int64_t room = block < 2 ? 0 : stored_.at(block - 2), free = block == 0 ? 0 : quantized_.at(block - 1);
    const std::int64_t begin = std::max({filled_.at(block), room, free});
    quantized_.add(begin + quantize_cycles(plan_.config, *plan_.codes, block_sums(block)));
    return true;
  }

  // Runs the next step if all that it waits for is known.
  bool compute() {
    if (compute_nest_.done()) return false;
    const Step step = compute_nest_.step();
    const std::int64_t a = a_begun_ + (step.load_a ? 1 : 0), b = b_begun_ + (step.load_b ? 1 : 0);
    const std::int64_t block = filled_.count();
    if (a_loaded_.count() < a || b_loaded_.count() < b) return false;
    if (step.begins_block && block - taken().count() >= 2) return false;
    const std::int64_t operands = std::max({compute_time_, a_loaded_.at(a - 1), b_loaded_.at(b - 1)});
    const std::int64_t room = step.begins_block && block >= 2 ? std::max(operands, taken().at(block - 2)) : operands;
    cycles_.operand_stall += operands - compute_time_;
    cycles_.write_stall += room - operands;
    const std::int64_t m = plan_.along_k ? (step.m == plan_.num_m_blocks - 1 ? plan_.m_last() : plan_.m_block)
                                         : plan_.slab(step.slab).positions;
    const std::int64_t n = step.n == plan_.num_n_blocks - 1 ? plan_.n_last() : plan_.n_block;
    const std::int64_t k = plan_.along_k ? plan_.slab(step.slab).positions : plan_.job.a.depth();
    const gemm::JobCycles tiles = tile_cycles(m, n, k);
    cycles_.compute += tiles.compute;
    cycles_.fill_drain += tiles.fill_drain + 2;  // the step's begin and end
    compute_time_ = room + tiles.total() + 2;
    a_begun_ = a;
    b_begun_ = b;
    if (step.free_a) a_freed_.add(compute_time_);
    if (step.free_b) b_freed_.add(compute_time_);
    if (step.ends_block) {
      block_sums(block) = m * n;
      filled_.add(compute_time_);
    }
    compute_nest_.next();
    return true;
  }

  std::int64_t& block_sums(std::int64_t block) { return block_sums_[static_cast<std::size_t>(block % 4)]; }

  // Most steps are alike.
  gemm::JobCycles tile_cycles(std::int64_t m, std::int64_t n, std::int64_t k) {
    if (m != known_.m || n != known_.n || k != known_.k) {
      known_ = {m, n, k, plan_.job.a.format, plan_.job.b.format};
      known_cycles_ = timing::job_cycles(plan_.config.point, known_);
    }
    return known_cycles_;
  }

  const JobPlan& plan_;
  BurstTimer timer_;
  LoopNest load_nest_, compute_nest_;
  std::int64_t begin_ = 0, free_ = 0;  // free_: the memory takes requests from this cycle on
  std::int64_t load_time_ = 0, compute_time_ = 0;
  bool loading_b_ = false;
  LastTwo a_loaded_, b_loaded_, a_freed_, b_freed_, filled_, quantized_, stored_;
  std::int64_t a_begun_ = 0, b_begun_ = 0;
  std::array<std::int64_t, 4> block_sums_{};  // of blocks in the two halves of sums and the two of codes
  std::int64_t reads_ = 0, writes_ = 0;
  gemm::JobCycles cycles_;
  gemm::JobShape known_;
  gemm::JobCycles known_cycles_;
};

}  // namespace

CoreRun core_cycles(const JobPlan& plan, const MemorySettings& memory) {
  return Schedule(plan, memory).run();
}

}  // namespace ampa::platform
