#include "train/evaluator.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "common/ceil_div.h"
#include "common/error.h"
#include "data/augment.h"
#include "gemm/cpu_backend.h"
#include "nn/loss.h"

namespace ampa::train {

struct Evaluator::ImageResult {
  double loss = 0;
  bool correct = false;
  std::string error;  // what is not finite; empty: nothing
};

// A graph of its own and what it runs on.
struct Evaluator::Worker {
  Worker(const networks::Network& network, nn::Arithmetic arithmetic, ThreadPool* shared_threads,
         gemm::Backend* shared_backend)
      : own_threads(shared_backend ? nullptr : std::make_unique<ThreadPool>(1)), graph(network, arithmetic, 0) {
    if (own_threads) own_backend = std::make_unique<gemm::CpuBackend>(*own_threads);
    context.threads = own_threads ? own_threads.get() : shared_threads;
    context.backend = own_backend ? own_backend.get() : shared_backend;
    context.training = false;
    context.step = -1;  // of no training step: traces leave it out
  }

  ImageResult run(const data::Dataset& dataset, const data::LabelledImages& images, std::int64_t index) {
    image.resize(1, images.shape.height, images.shape.width, images.shape.channels);
    std::uint8_t label = 0;
    data::make_batch(dataset, images, &index, 1, false, 0, 0, *context.threads, image.values.data(), &label);
    ImageResult result;
    try {
      const nn::LossResult loss = nn::softmax_cross_entropy(graph.forward(image, context), &label, nullptr);
      context.keeps_weight_codes = true;
      result.loss = loss.loss_sum;
      result.correct = loss.num_correct == 1;
      if (!std::isfinite(result.loss)) result.error = "the loss is not finite";
    } catch (const NonFiniteError& error) {
      result.error = error.what();
    }
    return result;
  }

  std::unique_ptr<ThreadPool> own_threads;
  std::unique_ptr<gemm::CpuBackend> own_backend;
  nn::Graph graph;
  nn::StepContext context;
  nn::Tensor image;
  std::int64_t generation = -1;
};

Evaluator::Evaluator(const networks::Network& network, nn::Arithmetic arithmetic, ThreadPool& threads,
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
  return std::make_unique<Worker>(network_, arithmetic_, threads_, backend_);
}

void Evaluator::give_back(std::unique_ptr<Worker> worker) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(worker));
}

void Evaluator::start(Worker& worker, const nn::Graph& trained, const std::vector<allocate::LayerBits>& bits) const {
  if (worker.generation == generation_) return;
  const std::vector<nn::Parameter*> from = trained.parameters(), to = worker.graph.parameters();
  for (std::size_t i = 0; i < from.size(); ++i) to[i]->value = from[i]->value;
  const std::vector<nn::Buffer> kept = trained.buffers(), copies = worker.graph.buffers();
  for (std::size_t i = 0; i < kept.size(); ++i) *copies[i].value = *kept[i].value;
  const auto& layers = worker.graph.quantized_layers();
  for (std::size_t i = 0; i < layers.size(); ++i) layers[i]->set_bits(bits.at(i));
  worker.context.keeps_weight_codes = false;
  worker.generation = generation_;
}

Evaluation Evaluator::evaluate(const nn::Graph& trained, const std::vector<allocate::LayerBits>& bits,
                               const data::Dataset& dataset, const data::LabelledImages& images,
                               std::int64_t images_per_part) {
  ++generation_;
  Evaluation total;
  total.num_images = images.count();
  std::vector<ImageResult> results(static_cast<std::size_t>(images.count()));
  const auto run_part = [&](std::int64_t part) {
    std::unique_ptr<Worker> worker = take_worker();
    start(*worker, trained, bits);
    const std::int64_t end = std::min((part + 1) * images_per_part, images.count());
    for (std::int64_t i = part * images_per_part; i < end; ++i) {
      ImageResult& result = results[static_cast<std::size_t>(i)];
      result = worker->run(dataset, images, i);
      if (!result.error.empty()) break;
    }
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
