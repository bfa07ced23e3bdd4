#include "nn/loss.h"

#include "numerics/elementary.h"

namespace ampa::nn {

LossResult softmax_cross_entropy(const ir::Tensor& logits, const std::uint8_t* labels, ir::Tensor* grad) {
  const Eigen::Index classes = logits.image_size();
  if (grad) grad->resize(logits.images, 1, 1, classes);
  LossResult result;
  Eigen::ArrayXd powers(classes);
  for (std::int64_t image = 0; image < logits.images; ++image) {
    const auto row = image_array(logits, image).cast<double>().eval();
    Eigen::Index best = 0;
    for (Eigen::Index c = 1; c < classes; ++c)
      if (row[c] > row[best]) best = c;
    double sum = 0;
    for (Eigen::Index c = 0; c < classes; ++c) sum += powers[c] = numerics::exp(row[c] - row[best]);
    const Eigen::Index label = labels[image];
    result.loss_sum += numerics::log(sum) - (row[label] - row[best]);
    if (best == label) ++result.num_correct;
    if (!grad) continue;
    powers /= sum;
    powers[label] -= 1;
    image_array(*grad, image) = (powers / static_cast<double>(logits.images)).cast<float>();
  }
  return result;
}

}  // namespace ampa::nn
