#include "optim/adam_moments.h"

#include <cmath>

#include "common/element_blocks.h"

namespace ampa::optim {

double power(double base, std::int64_t exponent) {
  double result = 1;
  for (double square = base; exponent > 0; exponent >>= 1, square *= square)
    if ((exponent & 1) != 0) result *= square;
  return result;
}

Adam::Adam(const AdamSettings& settings, Parameters parameters)
    : settings_(settings), parameters_(std::move(parameters)) {
  for (const ir::Parameter* parameter : parameters_) {
    means_.push_back(Eigen::ArrayXf::Zero(parameter->value.size()));
    squares_.push_back(Eigen::ArrayXf::Zero(parameter->value.size()));
  }
}

// A loop over elements: Eigen's square root of packets is an approximation where the instruction set has one.
void Adam::step(double rate, std::int64_t step, ThreadPool& threads) {
  const AdamSettings& s = settings_;
  const auto beta1 = static_cast<float>(s.beta1), beta2 = static_cast<float>(s.beta2);
  const auto rest1 = static_cast<float>(1 - s.beta1), rest2 = static_cast<float>(1 - s.beta2);
  const auto epsilon = static_cast<float>(s.epsilon);
  const double bias = 1 - power(s.beta1, step + 1);
  const auto root = static_cast<float>(std::sqrt(1 - power(s.beta2, step + 1)));
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const double own_rate = rate * parameters_[i]->rate_factor, weight_decay = s.weight_decay.of(*parameters_[i]);
    const auto added = s.decoupled ? 0.0f : static_cast<float>(weight_decay);
    const auto kept = s.decoupled ? static_cast<float>(1 - own_rate * weight_decay) : 1.0f;
    const auto corrected = static_cast<float>(own_rate / bias);
    float* const value = parameters_[i]->value.data();
    const float* const gradient = parameters_[i]->gradient.data();
    float *const mean = means_[i].data(), *const square = squares_[i].data();
    for_each_block_of(parameters_[i]->value.size(), threads, [&](std::int64_t first, std::int64_t count) {
#pragma GCC ivdep  // the arrays lie apart
      for (std::int64_t e = first; e < first + count; ++e) {
        const float weight = value[e] * kept;
        const float d = s.decoupled ? gradient[e] : gradient[e] + added * weight;
        mean[e] = beta1 * mean[e] + rest1 * d;
        square[e] = beta2 * square[e] + rest2 * (d * d);
        value[e] = weight - corrected * (mean[e] / (std::sqrt(square[e]) / root + epsilon));
      }
    });
  }
}

std::vector<StateTensor> Adam::state(std::size_t index) {
  return {{"mean", &means_.at(index)}, {"square", &squares_.at(index)}};
}

settings::OwnSettings adam_settings() {
  return {{settings::number("adam_beta1", NumberRange::below(0, 1))
               .about("what the mean of the gradients keeps at a step")
               .by_default(0.9),
           settings::number("adam_beta2", NumberRange::below(0, 1))
               .about("what the mean of their squares keeps at a step")
               .by_default(0.999),
           settings::number("adam_epsilon", NumberRange::above(0, 1))
               .about("added to the root of the mean square")
               .by_default(1e-8),
           weight_decay_setting(), decay_exempt_setting()}};
}

AdamSettings adam_settings_of(const Json& values) {
  return {values.at("adam_beta1").get<double>(), values.at("adam_beta2").get<double>(),
          values.at("adam_epsilon").get<double>(), weight_decay_of(values), false};
}

}  // namespace ampa::optim
