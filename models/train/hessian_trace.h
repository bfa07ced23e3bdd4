// Traces of Hessians of the training loss, layer by layer, by Hutchinson's estimator: the "Hessian" of AMPA's Table 3,
// Tr(H) / n of Dong et al. (HAWQ-V2, NeurIPS 2020).
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "common/thread_pool.h"
#include "ir/network.h"
#include "ir/program.h"
#include "objectives/objective.h"
#include "train/batch.h"

namespace ampa::train {

// Of one quantized layer: the mean diagonal of the Hessian by its weights, and by its input. A product of two
// activations has no weights, 0, and the sum of both inputs'.
struct LayerTrace {
  double weights = 0, input = 0;
};

// How it is made (rule M8): a network of the same layers and weights computes in FP32, with batch statistics, the
// gradient of the mean loss of one batch twice a probe, with p + eps v and p - eps v in place of p, eps = 2^-10, v of
// random signs (counter-based draws); v^T (g+ - g-) / (2 eps) is then, in expectation, the trace. All layers are
// perturbed at once: every layer reads its own block, of which the others' blocks are noise of mean 0 that falls with
// the root of the number of probes. The input of a layer is perturbed where that layer alone reads it, all images of
// the batch by one v: a position-encoding op with learned positions stands before it.
// What it costs: four FP32 steps (forward and backward) of one batch a probe, two for the weights and two for the
// inputs, and the memory of a second network.
class HessianTraces {
 public:
  // `objective` and `threads` outlive it. 1 <= num_probes.
  HessianTraces(const ir::Network& network, const objectives::Objective& objective, std::int64_t num_probes,
                std::uint64_t seed, ThreadPool& threads);
  ~HessianTraces();

  // At `trained`'s parameters, of the network that this was made for; one for each quantized layer. Throws
  // NonFiniteError if a loss is not finite.
  std::vector<LayerTrace> estimate(const ir::Program& trained, const Batch& batch, std::int64_t epoch);
  // Those of the weights alone, at half the cost.
  std::vector<double> estimate_weights(const ir::Program& trained, const Batch& batch, std::int64_t epoch);

 private:
  struct Perturbed;
  void take_parameters(const ir::Program& trained);
  void gradients_at(const std::vector<Perturbed>& tensors, const std::vector<std::vector<float>>& signs, float epsilon,
                    const Batch& batch, std::vector<Eigen::ArrayXf>& gradients);
  // A number for each quantized layer, the sum over its tensors.
  std::vector<double> mean_diagonals(const std::vector<Perturbed>& tensors, const Batch& batch, std::int64_t epoch);

  const objectives::Objective& objective_;
  std::int64_t num_probes_;
  std::uint64_t seed_;
  ThreadPool& threads_;
  ir::Program program_;
  std::size_t num_layers_ = 0;               // that are quantized
  std::vector<Perturbed> weights_, inputs_;  // of these
  ir::Tensor output_gradient_;
};

}  // namespace ampa::train
