// The steps of a job in their order: what rtl/core/ampa_loop_nest.v counts.
#pragma once

#include <cstdint>

#include "tlm/core/job_words.h"

namespace ampa::tlm {

class StepWalker {
 public:
  explicit StepWalker(const JobWords& job) : job_(job) {}

  bool is_done() const { return done_; }
  std::int64_t slab() const { return slab_; }
  std::int64_t m() const { return m_; }
  std::int64_t n() const { return n_; }
  bool is_last_slab() const { return slab_ == job_.slabs - 1; }
  bool is_last_m() const { return m_ == job_.m_blocks - 1; }
  bool is_last_n() const { return n_ == job_.n_blocks - 1; }

  // Whether the step needs a slab that the one before did not have, and is the last to need it.
  bool loads_a() const { return job_.along_k ? job_.slabs > 1 || is_first() : n_ == 0; }
  bool loads_b() const { return job_.along_k ? loads_a() : job_.n_blocks > 1 || is_first(); }
  bool frees_a() const { return job_.along_k ? job_.slabs > 1 || is_last() : is_last_n(); }
  bool frees_b() const { return job_.along_k ? frees_a() : job_.n_blocks > 1 || is_last(); }
  // Whether the step begins and completes a block of results.
  bool begins_block() const { return !job_.along_k || slab_ == 0; }
  bool ends_block() const { return !job_.along_k || is_last_slab(); }

  // Sizes of the step; positions of its slab.
  const SlabWords& slab_words() const {
    const std::int64_t entry = job_.slabs_per_image > 1 ? slab_ % job_.slabs_per_image : is_last_slab() ? 1 : 0;
    return job_.table[static_cast<std::size_t>(entry)];
  }
  std::int64_t num_rows() const {
    return !job_.along_k ? slab_words().positions : is_last_m() ? job_.m_last : job_.m_block;
  }
  std::int64_t num_cols() const { return is_last_n() ? job_.n_last : job_.n_block; }
  std::int64_t depth() const { return job_.along_k ? slab_words().positions : job_.depth; }
  // Into which the depth falls.
  std::int64_t slices() const { return job_.along_k ? slab_words().slices : job_.slices; }
  std::int64_t last_lanes() const { return job_.along_k ? slab_words().last_lanes : job_.last_lanes; }
  // The image, or run of images, that the slab is of.
  std::uint64_t image() const { return static_cast<std::uint64_t>(slab_ / job_.slabs_per_image); }

  void next() {
    done_ = is_last();
    if (job_.along_k) {
      if (++slab_ == job_.slabs) slab_ = 0, ++n_;
      if (n_ == job_.n_blocks) n_ = 0, ++m_;
    } else if (++n_ == job_.n_blocks) {
      n_ = 0, ++slab_;
    }
  }

 private:
  bool is_first() const { return slab_ == 0 && m_ == 0 && n_ == 0; }
  bool is_last() const { return is_last_slab() && is_last_m() && is_last_n(); }

  const JobWords& job_;
  std::int64_t slab_ = 0, m_ = 0, n_ = 0;
  bool done_ = false;
};

}  // namespace ampa::tlm
