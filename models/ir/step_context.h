// What the instructions of a step may use while it runs.
#pragma once

#include <cstdint>

#include "allocate/measure.h"
#include "common/thread_pool.h"
#include "gemm/backend.h"
#include "quant/observer.h"

namespace ampa::ir {

struct StepContext {
  ThreadPool* threads = nullptr;
  gemm::Backend* backend = nullptr;  // of the quantized jobs
  bool training = true;              // batch statistics and gradients; false: running statistics
  std::uint64_t seed = 0;
  std::int64_t step = 0;       // counts from 0 over the whole run; addresses the stochastic rounding
  double norm_momentum = 0.1;  // of a batch's statistics, the share that batch norm's running ones take
  // No result depends on the other images of the batch: an activation's range is that of its image alone. Needs
  // `training` to be false; there is no backward() after it.
  bool images_alone = false;
  bool measure = false;                  // sensitivities are added up
  allocate::Measures measures;           // by which, where they are
  gemm::Backend* first_order = nullptr;  // not null: first-order terms (rule M7) too, their products by this backend
  quant::Observer* observer = nullptr;
};

}  // namespace ampa::ir
