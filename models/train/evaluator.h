// Accuracy and loss of a network on labelled images, as if every image were a batch of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "allocate/bit_allocation.h"
#include "common/thread_pool.h"
#include "data/dataset.h"
#include "gemm/backend.h"
#include "ir/network.h"
#include "ir/builder.h"

namespace ampa::train {

struct Evaluation {
  double loss_sum = 0;  // of the images' cross-entropy in nats, added in the order of the images
  std::int64_t num_correct = 0, num_images = 0;

  double loss() const { return loss_sum / static_cast<double>(num_images); }
  double accuracy_percent() const { return 100.0 * static_cast<double>(num_correct) / static_cast<double>(num_images); }
};

// NUMERICS.md, V1 to V3: activations are quantized image by image, batch norm uses its running statistics. So no figure
// depends on how images are grouped, on threads or on the backend.
class Evaluator {
 public:
  // `backend` null: the cpu's kernels, parts in parallel over the threads. Else parts run one after another on it.
  // Both outlive the evaluator.
  Evaluator(const ir::Network& network, ir::Arithmetic arithmetic, ThreadPool& threads, gemm::Backend* backend);
  ~Evaluator();

  // Of `trained`'s parameters and buffers under `bits` (one per quantized layer; not used by kFp32) on `images`, a part
  // of `dataset`. Threads take `images_per_part` images at a time, >= 1, as one batch, which changes no figure. Throws
  // NonFiniteError if an image's values or loss are not finite, naming the first such image.
  Evaluation evaluate(const ir::Program& trained, const std::vector<allocate::LayerBits>& bits,
                      const data::Dataset& dataset, const data::LabelledImages& images,
                      std::int64_t images_per_part = 32);

 private:
  struct Worker;
  struct ImageResult;
  std::unique_ptr<Worker> take_worker();
  void give_back(std::unique_ptr<Worker> worker);
  void start(Worker& worker, const ir::Program& trained, const std::vector<allocate::LayerBits>& bits) const;

  ir::Network network_;
  ir::Arithmetic arithmetic_;
  ThreadPool* threads_;
  gemm::Backend* backend_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Worker>> idle_;
  std::int64_t generation_ = 0;  // of the parameters that are evaluated
};

}  // namespace ampa::train
