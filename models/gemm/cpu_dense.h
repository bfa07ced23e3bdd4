// Operands of a batch, or with a window of holes, laid out so that the loops of cpu_paths.h read them.
#pragma once

#include <cstdint>

#include "common/thread_pool.h"
#include "gemm/gemm_job.h"

namespace ampa::gemm::cpu {

// An operand is dense if each of its GEMMs reads all channels of its tensor, and columns without holes between them.
// One that is not is copied, all GEMMs in one pass: channel windows become images, the taps of a dilated window
// neighbours.
class DenseOperand {
 public:
  // `operand` must outlive it; so must `copy`, which is written only if the operand is not dense.
  DenseOperand(const Operand& operand, ThreadPool& threads, CodeTensor& copy);

  // The dense operand of GEMM b alone.
  Operand element(std::int64_t b) const;

 private:
  void copy_codes(ThreadPool& threads);

  const Operand& operand_;
  CodeTensor& copy_;
  bool is_dense_ = true;
  Operand dense_;  // over the copy, its images.first not yet set
};

}  // namespace ampa::gemm::cpu
