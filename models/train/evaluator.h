// Metric and loss of a network on a part of a source, as if every sample were a batch of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "allocate/bit_allocation.h"
#include "common/thread_pool.h"
#include "data/source.h"
#include "gemm/backend.h"
#include "ir/builder.h"
#include "ir/network.h"
#include "ir/program.h"
#include "numerics/clipping.h"
#include "objectives/objective.h"

namespace ampa::train {

struct Evaluation {
  objectives::Score sum;  // of the samples, added in their order
  double metric = 0;      // the objective's value of it
  double loss() const { return sum.loss(); }
};

// NUMERICS.md, V1 to V3: activations are quantized image by image, batch norm uses its running statistics. So no figure
// depends on how images are grouped, on threads or on the backend.
class Evaluator {
 public:
  // `backend` null: the cpu's kernels, parts in parallel over the threads. Else parts run one after another on it.
  // These and the objective outlive the evaluator.
  Evaluator(const ir::Network& network, ir::Arithmetic arithmetic, const objectives::Objective& objective,
            ThreadPool& threads, gemm::Backend* backend,
            const numerics::ClippingRule& clipping = numerics::clipping_rules().front(),
            const ir::Recipe& recipe = {});
  ~Evaluator();

  // Of `trained`'s parameters and buffers under `bits` (one per quantized layer; not used by kFp32) on a part of a
  // source. Threads take `images_per_part` images at a time, >= 1, as one batch, which changes no figure. Throws
  // NonFiniteError if an image's values or loss are not finite, naming the first such image.
  Evaluation evaluate(const ir::Program& trained, const std::vector<allocate::LayerBits>& bits,
                      const data::Source& source, data::Part of, std::int64_t images_per_part = 32);

 private:
  struct Worker;
  struct ImageResult;
  std::unique_ptr<Worker> take_worker();
  void give_back(std::unique_ptr<Worker> worker);
  void start(Worker& worker, const ir::Program& trained, const std::vector<allocate::LayerBits>& bits) const;

  ir::Network network_;
  ir::Arithmetic arithmetic_;
  const objectives::Objective* objective_;
  ThreadPool* threads_;
  gemm::Backend* backend_;
  const numerics::ClippingRule* clipping_;
  ir::Recipe recipe_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Worker>> idle_;
  std::int64_t generation_ = 0;  // of the parameters that are evaluated
};

}  // namespace ampa::train
