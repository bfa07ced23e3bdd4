// A training step on random samples of a network's own size, as the benchmarks repeat it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ir/network.h"
#include "objectives/objective.h"
#include "ops/build_program.h"
#include "ops/two_level_network.h"
#include "optim/optimizer.h"

namespace ampa::bench {

// By what a network learns its task: tokens from a text, a mask from a map, else the class of an image.
enum class Task { kClass, kMask, kText };

inline Task task_of(const ir::Network& network) {
  for (const ir::Layer& layer : network.layers)
    if (layer.op == "embedding") return Task::kText;
  return network.layers.back().out.height > 1 ? Task::kMask : Task::kClass;
}

class TrainingStep {
 public:
  // `scheme` is fp32, onebit (4 bits of one group of gradients in 4), onebit-all (8 bits of all groups) or the width of
  // all tensors in bits. Threads and backend must live as long as this.
  TrainingStep(const ir::Network& network, const std::string& scheme, std::int64_t batch_size, ThreadPool& threads,
               gemm::Backend& backend)
      : graph_(program_of(network, scheme)),
        optimizer_(optim::make_optimizer("sgd", Json::object(), graph_.parameters())) {
    for (ir::QuantizedLayer* layer : graph_.quantized_layers()) layer->set_bits(bits_of(scheme));
    context_.threads = &threads;
    context_.backend = &backend;
    input_.resize(batch_size, network.input.height, network.input.width, network.input.channels);
    const numerics::RandomStream stream{1, 0, 0};
    const Task task = task_of(network);
    const auto fill = [&](ir::Tensor& tensor, std::int64_t values, std::uint64_t first) {
      for (std::int64_t i = 0; i < tensor.size(); ++i) {
        const std::uint32_t bits32 = stream.bits32(first + static_cast<std::uint64_t>(i));
        tensor.values[i] = values > 0 ? static_cast<float>(bits32 % values) : static_cast<float>(bits32 * 0x1p-31 - 1);
      }
    };
    fill(input_, task == Task::kText ? network.num_classes : 0, 0);
    const ir::Shape out = network.layers.back().out;
    if (task == Task::kClass)
      targets_.resize(batch_size, 1, 1, 1);
    else
      targets_.resize(batch_size, out.height, out.width, 1);
    fill(targets_, task == Task::kMask ? 2 : network.num_classes, 1u << 30);
    const char* const names[] = {"cross-entropy", "dice-bce", "token-cross-entropy"};
    objective_ = objectives::make_objective(names[static_cast<int>(task)], Json::object());
  }

  ir::StepContext& context() { return context_; }
  ir::Tensor& input() { return input_; }
  ir::Tensor& targets() { return targets_; }
  std::vector<ir::Parameter*> parameters() const { return graph_.parameters(); }

  // Forward, loss and backward.
  void compute_gradients() {
    objective_->score(graph_.forward(input_, context_), {&targets_}, &output_grad_, *context_.threads);
    graph_.backward(output_grad_, context_);
    ++context_.step;
  }
  void update_weights() { optimizer_->step(0.01, context_.step, *context_.threads); }

 private:
  static ir::Program program_of(const ir::Network& network, const std::string& scheme) {
    if (scheme == "fp32") return ops::build_program(network, ir::Arithmetic::kFp32, 1);
    if (scheme.rfind("onebit", 0) != 0) return ops::build_program(network, ir::Arithmetic::kInteger, 1);
    ir::Recipe recipe;
    recipe.two_level = ir::TwoLevel{true, scheme == "onebit" ? 4 : 1};
    return ops::build_program(ops::two_level_network(network), ir::Arithmetic::kInteger, 1, ops::Streaming::kOn,
                              recipe);
  }
  static allocate::LayerBits bits_of(const std::string& scheme) {
    if (scheme.rfind("onebit", 0) == 0) return {1, 1, scheme == "onebit" ? 4 : 8};
    const Bits bits = scheme == "fp32" ? kMaxBits : std::stoi(scheme);
    return {bits, bits, bits};
  }

  ir::Program graph_;
  std::unique_ptr<optim::Optimizer> optimizer_;
  std::unique_ptr<objectives::Objective> objective_;
  ir::StepContext context_;
  ir::Tensor input_, targets_, output_grad_;
};

}  // namespace ampa::bench
