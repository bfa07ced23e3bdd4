#include "train/evaluator.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "common/ceil_div.h"
#include "common/error.h"
#include "gemm/cpu_backend.h"
#include "ops/build_program.h"
#include "train/batch.h"

namespace ampa::train {

struct Evaluator::ImageResult {
  objectives::Score score;
  std::string error;  // what is not finite; empty: nothing
};

// A graph of its own and what it runs on.
struct Evaluator::Worker {
  Worker(const ir::Network& network, ir::Arithmetic arithmetic, const objectives::Objective& asked,
         gemm::Backend* shared_backend, const numerics::ClippingRule* clipping, const ir::Recipe& recipe)
      : objective(asked),
        own_backend(threads),
        graph(ops::build_program(network, arithmetic, std::nullopt, ops::Streaming::kOn, recipe)) {
    context.threads = &threads;
    context.backend = shared_backend ? shared_backend : &own_backend;
    context.training = false;
    context.clipping = clipping;
    context.images_alone = true;
    context.step = -1;  // of no training step: traces leave it out
  }

  // Images [first, first + count) of a part, in one batch. An image that is not finite is found by running them one
  // by one; the results behind it are not written.
  void run(const data::Source& source, data::Part part, std::int64_t first, std::int64_t count, ImageResult* results) {
    std::vector<std::int64_t> indices(static_cast<std::size_t>(count));
    std::iota(indices.begin(), indices.end(), first);
    read_batch(source, part, indices.data(), count, {}, batch);
    try {
      const ir::Tensor& logits = graph.forward(batch.input, context);
      for (std::int64_t i = 0; i < count; ++i) {
        results[i] = {score_of(logits, i), ""};
        if (!std::isfinite(results[i].score.loss_sum)) results[i].error = "the loss is not finite";
        if (!results[i].error.empty()) return;
      }
    } catch (const NonFiniteError& error) {
      if (count == 1) {
        results[0].error = error.what();
        return;
      }
      for (std::int64_t i = 0; i < count; ++i) {
        run(source, part, first + i, 1, results + i);
        if (!results[i].error.empty()) return;
      }
    }
  }

  objectives::Score score_of(const ir::Tensor& logits, std::int64_t image) {
    const auto take = [image](const ir::Tensor& from, ir::Tensor& to) {
      to.resize(1, from.height, from.width, from.channels);
      ir::image_array(to, 0) = ir::image_array(from, image);
    };
    alone.targets.resize(batch.targets.size());
    take(logits, alone.input);
    for (std::size_t i = 0; i < batch.targets.size(); ++i) take(batch.targets[i], alone.targets[i]);
    return objective.score(alone.input, alone.target_list(), nullptr);
  }

  const objectives::Objective& objective;
  ThreadPool threads{1};  // threads share parts, not what is in one
  gemm::CpuBackend own_backend;
  ir::Program graph;
  ir::StepContext context;
  Batch batch, alone;  // alone: the output and the targets of one image
  std::int64_t generation = -1;
};

Evaluator::Evaluator(const ir::Network& network, ir::Arithmetic arithmetic, const objectives::Objective& objective,
                     ThreadPool& threads, gemm::Backend* backend, const numerics::ClippingRule& clipping,
                     const ir::Recipe& recipe)
    : network_(network),
      arithmetic_(arithmetic),
      objective_(&objective),
      threads_(&threads),
      backend_(backend),
      clipping_(&clipping),
      recipe_(recipe) {}

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
  return std::make_unique<Worker>(network_, arithmetic_, *objective_, backend_, clipping_, recipe_);
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
                               const data::Source& source, data::Part of, std::int64_t images_per_part) {
  ++generation_;
  Evaluation total;
  const std::int64_t num_images = source.count(of);
  std::vector<ImageResult> results(static_cast<std::size_t>(num_images));
  const auto run_part = [&](std::int64_t part) {
    std::unique_ptr<Worker> worker = take_worker();
    start(*worker, trained, bits);
    const std::int64_t first = part * images_per_part, end = std::min(first + images_per_part, num_images);
    worker->run(source, of, first, end - first, results.data() + first);
    give_back(std::move(worker));
  };
  const std::int64_t num_parts = ceil_div(num_images, images_per_part);
  if (backend_)
    for (std::int64_t part = 0; part < num_parts; ++part) run_part(part);
  else
    threads_->for_each_part(num_parts, run_part);
  for (std::int64_t i = 0; i < num_images; ++i) {
    const ImageResult& result = results[static_cast<std::size_t>(i)];
    if (!result.error.empty()) throw NonFiniteError(fmt::format("test image {}: {}", i, result.error));
    total.sum += result.score;
  }
  total.metric = objective_->value(total.sum);
  return total;
}

}  // namespace ampa::train
