#include "objectives/cross_entropy.h"

#include <fmt/format.h>

#include "common/error.h"
#include "kernels/activation.h"
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

// The loss of an image and how its class fared.
struct ImageLoss {
  double loss = 0;
  bool is_found = false, is_in_top = false;
};

ImageLoss image_loss(const float* logits, Eigen::Index classes, Eigen::Index label, double smoothing, std::int64_t top,
                     double images, float* grad) {
  thread_local Eigen::ArrayXd powers;
  powers.resize(classes);
  const auto row = Eigen::Map<const Eigen::ArrayXf>(logits, classes).cast<double>();
  Eigen::Index best = 0;
  for (Eigen::Index c = 1; c < classes; ++c)
    if (row[c] > row[best]) best = c;
  kernels::active_activation().exp_minus_in_double(logits, classes, logits[best], powers.data());
  double sum = 0;
  for (Eigen::Index c = 0; c < classes; ++c) sum += powers[c];
  const double share = smoothing / static_cast<double>(classes);
  ImageLoss result;
  if (smoothing == 0) {
    result.loss = numerics::log(sum) - (row[label] - row[best]);
  } else {
    double others = 0;
    for (Eigen::Index c = 0; c < classes; ++c) others += row[c] - row[best];
    result.loss = numerics::log(sum) - ((1 - smoothing) * (row[label] - row[best]) + share * others);
  }
  result.is_found = best == label;
  result.is_in_top = top > 1 && is_among_first(row, label, top);
  if (!grad) return result;
  powers /= sum;
  if (smoothing != 0) powers -= share;
  powers[label] -= smoothing == 0 ? 1 : 1 - smoothing;
  Eigen::Map<Eigen::ArrayXf>(grad, classes) = (powers / images).cast<float>();
  return result;
}

// label(image) is below the classes.
template <typename Label>
LossResult cross_entropy_of(const ir::Tensor& logits, const Label& label_of, double smoothing, std::int64_t top,
                            ir::Tensor* grad, ThreadPool& threads) {
  const Eigen::Index classes = logits.image_size();
  if (grad) grad->resize(logits.images, 1, 1, classes);
  std::vector<ImageLoss> losses(static_cast<std::size_t>(logits.images));
  threads.for_each_part(logits.images, [&](std::int64_t image) {
    losses[static_cast<std::size_t>(image)] =
        image_loss(logits.image(image), classes, label_of(image), smoothing, top, static_cast<double>(logits.images),
                   grad ? grad->image(image) : nullptr);
  });
  LossResult result;
  for (const ImageLoss& loss : losses) {
    result.loss_sum += loss.loss;
    result.num_correct += loss.is_found ? 1 : 0;
    result.num_in_top += loss.is_in_top ? 1 : 0;
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

  Score score(const ir::Tensor& output, const std::vector<const ir::Tensor*>& targets, ir::Tensor* grad,
              ThreadPool& threads) const override {
    return score_with(smoothing_, output, targets, grad, threads);
  }

  Score evaluate(const ir::Tensor& output, const std::vector<const ir::Tensor*>& targets,
                 ThreadPool& threads) const override {
    return score_with(0, output, targets, nullptr, threads);
  }

  std::optional<bool> is_right(const Score& sample) const override { return num_right(sample) > 0; }

  double value(const Score& sum) const override {
    return 100.0 * static_cast<double>(num_right(sum)) / static_cast<double>(sum.num_samples);
  }

 private:
  std::int64_t num_right(const Score& score) const { return score.counts[top_ == 1 ? 0 : 1]; }

  Score score_with(double smoothing, const ir::Tensor& output, const std::vector<const ir::Tensor*>& targets,
                   ir::Tensor* grad, ThreadPool& threads) const {
    const ir::Tensor& labels = *targets.at(0);
    const LossResult result = cross_entropy_of(
        output, [&](std::int64_t image) { return static_cast<Eigen::Index>(labels.values[image]); }, smoothing, top_,
        grad, threads);
    return {result.loss_sum, output.images, {result.num_correct, result.num_in_top}};
  }

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
  ThreadPool alone(1);
  return cross_entropy_of(
      logits, [&](std::int64_t image) { return static_cast<Eigen::Index>(labels[image]); }, 0, 1, grad, alone);
}

ObjectiveInfo cross_entropy() {
  return {
      "cross-entropy",
      "softmax cross-entropy of an image's class, in nats; accuracy of the largest logit",
      {{settings::number("label_smoothing", NumberRange::below(0, 1))
            .about(
                "part of the target that is shared among all classes, in training; the test loss is that of the labels")
            .by_default(0.0),
        settings::integer("top", 1, kMaxTop)
            .in("classes")
            .about("an image counts as right whose class is among so many largest logits")
            .by_default(1)}},
      make};
}

}  // namespace ampa::objectives
