#include "objectives/cross_entropy.h"

#include <fmt/format.h>

#include "common/error.h"
#include "numerics/elementary.h"
#include "objectives/objective.h"

namespace ampa::objectives {
namespace {

// label(image) is below the classes.
template <typename Label>
LossResult cross_entropy_of(const ir::Tensor& logits, const Label& label_of, ir::Tensor* grad) {
  const Eigen::Index classes = logits.image_size();
  if (grad) grad->resize(logits.images, 1, 1, classes);
  LossResult result;
  Eigen::ArrayXd powers(classes);
  for (std::int64_t image = 0; image < logits.images; ++image) {
    const auto row = ir::image_array(logits, image).cast<double>().eval();
    Eigen::Index best = 0;
    for (Eigen::Index c = 1; c < classes; ++c)
      if (row[c] > row[best]) best = c;
    double sum = 0;
    for (Eigen::Index c = 0; c < classes; ++c) sum += powers[c] = numerics::exp(row[c] - row[best]);
    const Eigen::Index label = label_of(image);
    result.loss_sum += numerics::log(sum) - (row[label] - row[best]);
    if (best == label) ++result.num_correct;
    if (!grad) continue;
    powers /= sum;
    powers[label] -= 1;
    ir::image_array(*grad, image) = (powers / static_cast<double>(logits.images)).cast<float>();
  }
  return result;
}

// Counts: images whose class was found, and nothing.
class CrossEntropy : public Objective {
 public:
  const Metric& metric() const override {
    static const Metric accuracy = {"accuracy", "percent", true};
    return accuracy;
  }

  void check(const data::SourceShape& source, const ir::Shape& output) const override {
    if (source.targets.size() != 1 || source.targets[0].shape.size() != 1 || source.num_classes < 1)
      throw InputError(
          "objective: expected one that takes the targets of the data set, found cross-entropy, which takes the class "
          "of an image");
    if (output.size() != source.num_classes)
      throw InputError(
          fmt::format("objective: cross-entropy: expected outputs for the {} classes of the data set, found {}",
                      source.num_classes, output.size()));
  }

  Score score(const ir::Tensor& output, const std::vector<const ir::Tensor*>& targets,
              ir::Tensor* grad) const override {
    const ir::Tensor& labels = *targets.at(0);
    const LossResult result = cross_entropy_of(
        output, [&](std::int64_t image) { return static_cast<Eigen::Index>(labels.values[image]); }, grad);
    return {result.loss_sum, output.images, {result.num_correct, 0}};
  }

  double value(const Score& sum) const override {
    return 100.0 * static_cast<double>(sum.counts[0]) / static_cast<double>(sum.num_samples);
  }
};

std::unique_ptr<Objective> make(const Json&) {
  return std::make_unique<CrossEntropy>();
}

}  // namespace

LossResult softmax_cross_entropy(const ir::Tensor& logits, const std::uint8_t* labels, ir::Tensor* grad) {
  return cross_entropy_of(
      logits, [&](std::int64_t image) { return static_cast<Eigen::Index>(labels[image]); }, grad);
}

ObjectiveInfo cross_entropy() {
  return {
      "cross-entropy", "softmax cross-entropy of an image's class, in nats; accuracy of the largest logit", {}, make};
}

}  // namespace ampa::objectives
