#include "objectives/cross_entropy.h"

#include <fmt/format.h>

#include "common/error.h"
#include "numerics/elementary.h"
#include "objectives/objective.h"

namespace ampa::objectives {
namespace {

constexpr std::int64_t kMaxTop = 1000;

// Whether fewer than `top` classes have a larger logit, or as large a one in front.
template <typename Row>
bool is_among_first(const Row& row, Eigen::Index label, std::int64_t top) {
  std::int64_t larger = 0;
  for (Eigen::Index c = 0; c < row.size(); ++c)
    if (row[c] > row[label] || (row[c] == row[label] && c < label)) ++larger;
  return larger < top;
}

// label(image) is below the classes.
template <typename Label>
LossResult cross_entropy_of(const ir::Tensor& logits, const Label& label_of, double smoothing, std::int64_t top,
                            ir::Tensor* grad) {
  const Eigen::Index classes = logits.image_size();
  if (grad) grad->resize(logits.images, 1, 1, classes);
  LossResult result;
  const double share = smoothing / static_cast<double>(classes);
  Eigen::ArrayXd powers(classes);
  for (std::int64_t image = 0; image < logits.images; ++image) {
    const auto row = ir::image_array(logits, image).cast<double>().eval();
    Eigen::Index best = 0;
    for (Eigen::Index c = 1; c < classes; ++c)
      if (row[c] > row[best]) best = c;
    double sum = 0;
    for (Eigen::Index c = 0; c < classes; ++c) sum += powers[c] = numerics::exp(row[c] - row[best]);
    const Eigen::Index label = label_of(image);
    if (smoothing == 0) {
      result.loss_sum += numerics::log(sum) - (row[label] - row[best]);
    } else {
      double others = 0;
      for (Eigen::Index c = 0; c < classes; ++c) others += row[c] - row[best];
      result.loss_sum += numerics::log(sum) - ((1 - smoothing) * (row[label] - row[best]) + share * others);
    }
    if (best == label) ++result.num_correct;
    if (top > 1 && is_among_first(row, label, top)) ++result.num_in_top;
    if (!grad) continue;
    powers /= sum;
    if (smoothing != 0) powers -= share;
    powers[label] -= smoothing == 0 ? 1 : 1 - smoothing;
    ir::image_array(*grad, image) = (powers / static_cast<double>(logits.images)).cast<float>();
  }
  return result;
}

// Counts: images whose class was found, and those whose class is among the first `top`.
class CrossEntropy : public Objective {
 public:
  CrossEntropy(double smoothing, std::int64_t top)
      : smoothing_(smoothing),
        top_(top),
        metric_{top == 1 ? "accuracy" : fmt::format("top-{} accuracy", top), "percent", true} {}

  const Metric& metric() const override { return metric_; }

  void check(const data::SourceShape& source, const ir::Shape& output) const override {
    if (source.targets.size() != 1 || source.targets[0].shape.size() != 1 || source.num_classes < 1)
      throw InputError(
          "objective: expected one that takes the targets of the data set, found cross-entropy, which takes the class "
          "of an image");
    if (output.size() != source.num_classes)
      throw InputError(
          fmt::format("objective: cross-entropy: expected outputs for the {} classes of the data set, found {}",
                      source.num_classes, output.size()));
    if (top_ >= source.num_classes && top_ > 1)
      throw InputError(
          fmt::format("top: expected fewer than the {} classes of the data set, found {}", source.num_classes, top_));
  }

  Score score(const ir::Tensor& output, const std::vector<const ir::Tensor*>& targets,
              ir::Tensor* grad) const override {
    const ir::Tensor& labels = *targets.at(0);
    const LossResult result = cross_entropy_of(
        output, [&](std::int64_t image) { return static_cast<Eigen::Index>(labels.values[image]); }, smoothing_, top_,
        grad);
    return {result.loss_sum, output.images, {result.num_correct, result.num_in_top}};
  }

  std::optional<bool> is_right(const Score& sample) const override { return num_right(sample) > 0; }

  double value(const Score& sum) const override {
    return 100.0 * static_cast<double>(num_right(sum)) / static_cast<double>(sum.num_samples);
  }

 private:
  std::int64_t num_right(const Score& score) const { return score.counts[top_ == 1 ? 0 : 1]; }

  double smoothing_;
  std::int64_t top_;
  Metric metric_;
};

std::unique_ptr<Objective> make(const Json& values) {
  return std::make_unique<CrossEntropy>(values.at("label_smoothing").get<double>(),
                                        values.at("top").get<std::int64_t>());
}

}  // namespace

LossResult softmax_cross_entropy(const ir::Tensor& logits, const std::uint8_t* labels, ir::Tensor* grad) {
  return cross_entropy_of(
      logits, [&](std::int64_t image) { return static_cast<Eigen::Index>(labels[image]); }, 0, 1, grad);
}

ObjectiveInfo cross_entropy() {
  return {"cross-entropy",
          "softmax cross-entropy of an image's class, in nats; accuracy of the largest logit",
          {{settings::number("label_smoothing", NumberRange::below(0, 1))
                .about("part of the target that is shared among all classes, in training and evaluation")
                .by_default(0.0),
            settings::integer("top", 1, kMaxTop)
                .in("classes")
                .about("an image counts as right whose class is among so many largest logits")
                .by_default(1)}},
          make};
}

}  // namespace ampa::objectives
