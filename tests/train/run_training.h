// A training run of its own number of threads, for tests.
#pragma once

#include "common/thread_pool.h"
#include "train/trainer.h"

namespace ampa::train::testing {

inline record::RunRecord run(const TrainConfig& config, int num_threads = 1, TrainOptions options = {}) {
  ThreadPool threads(num_threads);
  options.threads = &threads;
  return train(config, options);
}

}  // namespace ampa::train::testing
