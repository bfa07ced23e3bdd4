// Softmax cross-entropy.
#pragma once

#include <cstdint>

#include "ir/tensor.h"

namespace ampa::objectives {

struct LossResult {
  double loss_sum = 0;           // of -log softmax(logits)[label] over the images, in nats
  std::int64_t num_correct = 0;  // images whose largest logit (the first of equals) is the label's
  std::int64_t num_in_top = 0;   // images whose label is among the largest so many logits, where that is asked for
};

// logits are (images, 1, 1, classes), labels below the classes. Writes into grad (if not null) the gradient of the mean
// loss. Sums run over classes and images in ascending order, in double, with numerics' own exp and log.
LossResult softmax_cross_entropy(const ir::Tensor& logits, const std::uint8_t* labels, ir::Tensor* grad);

}  // namespace ampa::objectives
