// A training step on random images of a network's own size, as the benchmarks repeat it.
#pragma once

#include <string>
#include <vector>

#include "ir/network.h"
#include "objectives/cross_entropy.h"
#include "ops/build_program.h"
#include "ops/two_level_network.h"
#include "optim/optimizer.h"

namespace ampa::bench {

class TrainingStep {
 public:
  // `scheme` is fp32, onebit (4 bits of one group of gradients in 4) or the width of all tensors in bits. Threads and
  // backend must live as long as this.
  TrainingStep(const ir::Network& network, const std::string& scheme, std::int64_t batch_size, ThreadPool& threads,
               gemm::Backend& backend)
      : graph_(program_of(network, scheme)),
        optimizer_(optim::make_optimizer("sgd", Json::object(), graph_.parameters())) {
    for (ir::QuantizedLayer* layer : graph_.quantized_layers()) layer->set_bits(bits_of(scheme));
    context_.threads = &threads;
    context_.backend = &backend;
    images_.resize(batch_size, network.input.height, network.input.width, network.input.channels);
    const numerics::RandomStream stream{1, 0, 0};
    for (std::int64_t i = 0; i < images_.size(); ++i)
      images_.values[i] = static_cast<float>(stream.bits32(static_cast<std::uint64_t>(i)) * 0x1p-31 - 1);
    labels_.resize(static_cast<std::size_t>(batch_size));
    for (std::size_t i = 0; i < labels_.size(); ++i) labels_[i] = static_cast<std::uint8_t>(i % 10);
  }

  ir::StepContext& context() { return context_; }
  ir::Tensor& images() { return images_; }
  std::vector<std::uint8_t>& labels() { return labels_; }
  std::vector<ir::Parameter*> parameters() const { return graph_.parameters(); }

  // Forward, loss and backward.
  void compute_gradients() {
    objectives::softmax_cross_entropy(graph_.forward(images_, context_), labels_.data(), &logits_grad_);
    graph_.backward(logits_grad_, context_);
    ++context_.step;
  }
  void update_weights() { optimizer_->step(0.01, context_.step); }

 private:
  static ir::Program program_of(const ir::Network& network, const std::string& scheme) {
    if (scheme == "fp32") return ops::build_program(network, ir::Arithmetic::kFp32, 1);
    if (scheme != "onebit") return ops::build_program(network, ir::Arithmetic::kInteger, 1);
    return ops::build_program(ops::two_level_network(network), ir::Arithmetic::kInteger, 1, ops::Streaming::kOn,
                              {ir::TwoLevel{}});
  }
  static allocate::LayerBits bits_of(const std::string& scheme) {
    if (scheme == "onebit") return {1, 1, 4};
    const Bits bits = scheme == "fp32" ? kMaxBits : std::stoi(scheme);
    return {bits, bits, bits};
  }

  ir::Program graph_;
  std::unique_ptr<optim::Optimizer> optimizer_;
  ir::StepContext context_;
  ir::Tensor images_, logits_grad_;
  std::vector<std::uint8_t> labels_;
};

}  // namespace ampa::bench
