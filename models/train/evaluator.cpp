#include "train/evaluator.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "common/ceil_div.h"
#include "common/error.h"
#include "data/augment.h"
#include "gemm/cpu_backend.h"
#include "nn/loss.h"
#include "ops/build_program.h"

namespace ampa::train {

struct Evaluator::ImageResult {
  double loss = 0;
  bool correct = false;
  std::string error;  // what is not finite; empty: nothing
};

// A graph of its own and what it runs on.
struct Evaluator::Worker {
  Worker(const ir::Network& network, ir::Arithmetic arithmetic, gemm::Backend* shared_backend)
      : own_backend(threads), graph(ops::build_program(network, arithmetic, 0)) {
    context.threads = &threads;
    context.backend = shared_backend ? shared_backend : &own_backend;
    context.training = false;
    context.images_alone = true;
    context.step = -1;  // of no training step: traces leave it out
  }

  // Images [first, first + count) of `images`, in one batch. An image that is not finite is found by running them one
  // by one; the results behind it are not written.
  void run(const data::Dataset& dataset, const data::LabelledImages& images, std::int64_t first, std::int64_t count,
           ImageResult* results) {
    std::vector<std::int64_t> indices(static_cast<std::size_t>(count));
    std::iota(indices.begin(), indices.end(), first);
    batch.resize(count, images.shape.height, images.shape.width, images.shape.channels);
    std::vector<std::uint8_t> labels(indices.size());
    data::make_batch(dataset, images, indices.data(), count, false, 0, 0, *context.threads, batch.values.data(),
                     labels.data());
    try {
      const ir::Tensor& logits = graph.forward(batch, context);
      for (std::int64_t i = 0; i < count; ++i) {
        const nn::LossResult loss =
            nn::softmax_cross_entropy(logits_of(logits, i), &labels[static_cast<std::size_t>(i)], nullptr);
        results[i] = {loss.loss_sum, loss.num_correct == 1, ""};
        if (!std::isfinite(loss.loss_sum)) results[i].error = "the loss is not finite";
        if (!results[i].error.empty()) return;
      }
    } catch (const NonFiniteError& error) {
      if (count == 1) {
        results[0].error = error.what();
        return;
      }
      for (std::int64_t i = 0; i < count; ++i) {
        run(dataset, images, first + i, 1, results + i);
        if (!results[i].error.empty()) return;
      }
    }
  }

  const ir::Tensor& logits_of(const ir::Tensor& logits, std::int64_t image) {
    alone.resize(1, logits.height, logits.width, logits.channels);
    ir::image_array(alone, 0) = ir::image_array(logits, image);
    return alone;
  }

  ThreadPool threads{1};  // threads share parts, not what is in one
  gemm::CpuBackend own_backend;
  ir::Program graph;
  ir::StepContext context;
  ir::Tensor batch, alone;
  std::int64_t generation = -1;
};

Evaluator::Evaluator(const ir::Network& network, ir::Arithmetic arithmetic, ThreadPool& threads,
                     gemm::Backend* backend)
    : network_(network), arithmetic_(arithmetic), threads_(&threads), backend_(backend) {}

Evaluator::~Evaluator() = default;

std::unique_ptr<Evaluator::Worker> Evaluator::take_worker() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      std::unique_ptr<Worker> worker = std::move(idle_.back());
      idle_.pop_back();
      return worker;
    }
  }
  return std::make_unique<Worker>(network_, arithmetic_, backend_);
}

void Evaluator::give_back(std::unique_ptr<Worker> worker) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(worker));
}

void Evaluator::start(Worker& worker, const ir::Program& trained, const std::vector<allocate::LayerBits>& bits) const {
  if (worker.generation == generation_) return;
  const std::vector<ir::Parameter*> from = trained.parameters(), to = worker.graph.parameters();
  for (std::size_t i = 0; i < from.size(); ++i) to[i]->value = from[i]->value;
  const std::vector<ir::Buffer> kept = trained.buffers(), copies = worker.graph.buffers();
  for (std::size_t i = 0; i < kept.size(); ++i) *copies[i].value = *kept[i].value;
  const auto& layers = worker.graph.quantized_layers();
  for (std::size_t i = 0; i < layers.size(); ++i) layers[i]->set_bits(bits.at(i));
  worker.generation = generation_;
}

Evaluation Evaluator::evaluate(const ir::Program& trained, const std::vector<allocate::LayerBits>& bits,
                               const data::Dataset& dataset, const data::LabelledImages& images,
                               std::int64_t images_per_part) {
  ++generation_;
  Evaluation total;
  total.num_images = images.count();
  std::vector<ImageResult> results(static_cast<std::size_t>(images.count()));
  const auto run_part = [&](std::int64_t part) {
    std::unique_ptr<Worker> worker = take_worker();
    start(*worker, trained, bits);
    const std::int64_t first = part * images_per_part, end = std::min(first + images_per_part, images.count());
    worker->run(dataset, images, first, end - first, results.data() + first);
    give_back(std::move(worker));
  };
  const std::int64_t num_parts = ceil_div(images.count(), images_per_part);
  if (backend_)
    for (std::int64_t part = 0; part < num_parts; ++part) run_part(part);
  else
    threads_->for_each_part(num_parts, run_part);
  for (std::int64_t i = 0; i < images.count(); ++i) {
    const ImageResult& result = results[static_cast<std::size_t>(i)];
    if (!result.error.empty()) throw NonFiniteError(fmt::format("test image {}: {}", i, result.error));
    total.loss_sum += result.loss;
    total.num_correct += result.correct ? 1 : 0;
  }
  return total;
}

}  // namespace ampa::train
