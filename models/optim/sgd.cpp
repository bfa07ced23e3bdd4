// Stochastic gradient descent with momentum and weight decay. For every parameter, in FP32, the coefficients rounded to
// FP32 first:  v = momentum * v + (g + weight_decay * w);  w = w - rate * v.  v is 0 before the first step.
#include "optim/optimizer.h"

namespace ampa::optim {
namespace {

class Sgd : public Optimizer {
 public:
  Sgd(double momentum, double weight_decay, Parameters parameters)
      : momentum_(static_cast<float>(momentum)),
        weight_decay_(static_cast<float>(weight_decay)),
        parameters_(std::move(parameters)) {
    for (const ir::Parameter* parameter : parameters_)
      velocities_.push_back(Eigen::ArrayXf::Zero(parameter->value.size()));
  }

  void step(double rate, std::int64_t) override {
    const auto step = static_cast<float>(rate);
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      ir::Parameter& parameter = *parameters_[i];
      Eigen::ArrayXf& velocity = velocities_[i];
      velocity = velocity * momentum_ + (parameter.gradient + parameter.value * weight_decay_);
      parameter.value -= velocity * step;
    }
  }

  std::vector<StateTensor> state(std::size_t index) override { return {{"velocity", &velocities_.at(index)}}; }

 private:
  float momentum_, weight_decay_;
  Parameters parameters_;
  std::vector<Eigen::ArrayXf> velocities_;  // of the parameters
};

std::unique_ptr<Optimizer> make(const Json& values, Parameters parameters) {
  return std::make_unique<Sgd>(values.at("momentum").get<double>(), values.at("weight_decay").get<double>(),
                               std::move(parameters));
}

}  // namespace

OptimizerInfo sgd() {
  return {"sgd",
          "stochastic gradient descent with momentum and weight decay",
          {{settings::number("momentum", {0, 1}).about("of SGD").by_default(0.9),
            settings::number("weight_decay", {0, 1}).about("of SGD").by_default(1e-4)}},
          make};
}

}  // namespace ampa::optim
