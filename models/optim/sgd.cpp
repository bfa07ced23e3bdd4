// Stochastic gradient descent with momentum and weight decay. For every parameter, in FP32, the coefficients rounded to
// FP32 first:  d = g + weight_decay * w;  v = momentum * v + d;  w = w - rate * v.  v is 0 before the first step.
// With nesterov the last line is  w = w - rate * (d + momentum * v)  (Sutskever et al., ICML 2013, as PyTorch has it).
#include "common/element_blocks.h"
#include "optim/optimizer.h"
#include "optim/weight_decay.h"

namespace ampa::optim {
namespace {

class Sgd : public Optimizer {
 public:
  Sgd(double momentum, const WeightDecay& weight_decay, bool nesterov, Parameters parameters)
      : momentum_(static_cast<float>(momentum)),
        weight_decay_(weight_decay),
        nesterov_(nesterov),
        parameters_(std::move(parameters)) {
    for (const ir::Parameter* parameter : parameters_)
      velocities_.push_back(Eigen::ArrayXf::Zero(parameter->value.size()));
  }

  void step(double rate, std::int64_t, ThreadPool& threads) override {
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      ir::Parameter& parameter = *parameters_[i];
      const auto step = static_cast<float>(rate * parameter.rate_factor),
                 decay = static_cast<float>(weight_decay_.of(parameter));
      for_each_block_of(parameter.value.size(), threads, [&](std::int64_t first, std::int64_t count) {
        auto velocity = velocities_[i].segment(first, count);
        auto value = parameter.value.segment(first, count);
        const auto gradient = parameter.gradient.segment(first, count);
        velocity = velocity * momentum_ + (gradient + value * decay);
        if (nesterov_)
          value -= ((gradient + value * decay) + velocity * momentum_) * step;
        else
          value -= velocity * step;
      });
    }
  }

  std::vector<StateTensor> state(std::size_t index) override { return {{"velocity", &velocities_.at(index)}}; }

 private:
  float momentum_;
  WeightDecay weight_decay_;
  bool nesterov_;
  Parameters parameters_;
  std::vector<Eigen::ArrayXf> velocities_;  // of the parameters
};

std::unique_ptr<Optimizer> make(const Json& values, Parameters parameters) {
  return std::make_unique<Sgd>(values.at("momentum").get<double>(), weight_decay_of(values),
                               values.at("nesterov") == "on", std::move(parameters));
}

void check(const JsonReader& reader, const Json& values) {
  if (values.at("nesterov") == "on" && values.at("momentum").get<double>() == 0)
    reader.fail("nesterov", "a momentum above 0 with it", "momentum 0");
}

}  // namespace

OptimizerInfo sgd() {
  return {"sgd",
          "stochastic gradient descent with momentum and weight decay",
          {{settings::number("momentum", {0, 1}).about("of SGD").by_default(0.9), weight_decay_setting(),
            decay_exempt_setting(),
            settings::choice("nesterov", {"off", "on"})
                .about("whether SGD looks ahead along its momentum")
                .by_default("off")},
           check},
          make};
}

}  // namespace ampa::optim
