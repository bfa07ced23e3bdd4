// What Adam and AdamW share: the moments, their bias correction and the step. Kingma and Ba, "Adam: a method for
// stochastic optimization", ICLR 2015; Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019; the
// order of the operations is PyTorch's. Rules O1 and O3 to O5 of NUMERICS.md.
#pragma once

#include "optim/optimizer.h"
#include "optim/weight_decay.h"

namespace ampa::optim {

struct AdamSettings {
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
  WeightDecay weight_decay;
  bool decoupled = false;  // AdamW: the decay shrinks the weights and has no part in the moments
};

// With t = step + 1, every operation in FP32 and rounded once (division and square root too, as IEEE 754 has them), the
// coefficients in brackets computed in double and rounded to FP32 once:
//   Adam:   d = g + [weight_decay] * w                    AdamW:  w = w * [1 - rate * weight_decay];  d = g
//   m = [beta1] * m + [1 - beta1] * d
//   v = [beta2] * v + [1 - beta2] * (d * d)
//   w = w - [rate / (1 - beta1^t)] * (m / (sqrt(v) / [sqrt(1 - beta2^t)] + [epsilon]))
// m and v are 0 before the first step; powers are those of power().
class Adam : public Optimizer {
 public:
  Adam(const AdamSettings& settings, Parameters parameters);
  void step(double rate, std::int64_t step, ThreadPool& threads) override;
  std::vector<StateTensor> state(std::size_t index) override;

 private:
  AdamSettings settings_;
  Parameters parameters_;
  std::vector<Eigen::ArrayXf> means_, squares_;  // of the parameters
};

// base^exponent, 0 <= exponent, by squaring from the lowest bit of the exponent up: the same bits everywhere.
double power(double base, std::int64_t exponent);

settings::OwnSettings adam_settings();
AdamSettings adam_settings_of(const Json& values);

}  // namespace ampa::optim
