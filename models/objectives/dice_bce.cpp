// Cross-entropy and soft Dice of a mask, pixel by pixel, for segmentation. Rules L5 and L6 of NUMERICS.md. (V-Net,
// Milletari et al., 3DV 2016, for the soft Dice; the sum of both is what U-Nets are commonly trained with.)
//
// Targets (samples, height, width, 1): the class of every pixel. Output (samples, height, width, channels): one logit
// of class 1 where there are two classes, or a logit of each class. With n pixels, probabilities p (sigmoid, or softmax
// over the classes) and targets t (0 or 1), the loss of a sample is
//   mean over pixels of -log p(target)  +  1 - mean over classes c >= 1 of (2 sum(p t) + 1) / (sum(p) + sum(t) + 1).
// The metric is the Dice coefficient of the predicted classes (logit above 0; the largest logit, of equal ones the
// first) over all pixels of all samples: 2 * overlap / (predicted + true) of classes >= 1, from exact counts.
#include <fmt/format.h>

#include <vector>

#include "common/error.h"
#include "numerics/elementary.h"
#include "objectives/objective.h"

namespace ampa::objectives {
namespace {

constexpr double kSmooth = 1;

// The probabilities of one sample, (pixel, class): of a single logit those of class 1 alone.
struct Pixels {
  std::int64_t count = 0, channels = 0;
  std::vector<double> p;
  std::vector<std::int64_t> predicted;  // class of a pixel
  double loss = 0;                      // sum of the pixels' cross-entropies
};

void add_sigmoid(double z, bool is_one, Pixels& pixels) {
  const double e = numerics::exp(z < 0 ? z : -z);
  pixels.p.push_back(z < 0 ? e / (1 + e) : 1 / (1 + e));
  pixels.predicted.push_back(z > 0 ? 1 : 0);
  pixels.loss += (z > 0 ? z : 0) - (is_one ? z : 0) + numerics::log(1 + e);
}

void add_softmax(const float* row, std::int64_t channels, std::int64_t label, Pixels& pixels) {
  std::int64_t best = 0;
  for (std::int64_t c = 1; c < channels; ++c)
    if (row[c] > row[best]) best = c;
  const std::size_t first = pixels.p.size();
  const double largest = row[best];
  double sum = 0;
  for (std::int64_t c = 0; c < channels; ++c) {
    pixels.p.push_back(numerics::exp(row[c] - largest));
    sum += pixels.p.back();
  }
  for (std::size_t i = first; i < pixels.p.size(); ++i) pixels.p[i] /= sum;
  pixels.predicted.push_back(best);
  pixels.loss += numerics::log(sum) - (row[label] - largest);
}

Pixels pixels_of(const float* logits, const float* labels, std::int64_t count, std::int64_t channels) {
  Pixels pixels;
  pixels.count = count;
  pixels.channels = channels;
  pixels.p.reserve(static_cast<std::size_t>(count * channels));
  for (std::int64_t i = 0; i < count; ++i)
    if (channels == 1)
      add_sigmoid(logits[i], labels[i] != 0, pixels);
    else
      add_softmax(logits + i * channels, channels, static_cast<std::int64_t>(labels[i]), pixels);
  return pixels;
}

// Of one class in a sample: its soft Dice, and how that changes with p where the pixel is and is not of the class.
struct SoftDice {
  double value = 0, slope_inside = 0, slope_outside = 0;
};

SoftDice soft_dice(const Pixels& pixels, const float* labels, std::int64_t channel, std::int64_t of_class) {
  double overlap = 0, sum = 0;
  for (std::int64_t i = 0; i < pixels.count; ++i) {
    const double p = pixels.p[static_cast<std::size_t>(i * pixels.channels + channel)];
    const bool inside = static_cast<std::int64_t>(labels[i]) == of_class;
    if (inside) overlap += p;
    sum += p + (inside ? 1 : 0);
  }
  const double above = 2 * overlap + kSmooth, below = sum + kSmooth;
  return {above / below, (2 * below - above) / (below * below), -above / (below * below)};
}

// Counts: pixels of classes >= 1 that were found, and such pixels in predictions and targets together.
class DiceBce : public Objective {
 public:
  const Metric& metric() const override {
    static const Metric dice = {"dice", "percent", true};
    return dice;
  }

  void check(const data::SourceShape& source, const ir::Shape& output) const override {
    if (source.targets.size() != 1 || source.targets[0].name != "mask")
      throw InputError(
          "objective: expected one that takes the targets of the data set, found dice-bce, which takes masks");
    const ir::Shape& mask = source.targets[0].shape;
    const bool fits = output.channels == source.num_classes || (output.channels == 1 && source.num_classes == 2);
    if (!fits || output.height != mask.height || output.width != mask.width)
      throw InputError(
          fmt::format("objective: dice-bce: expected outputs of {}{} x {} x {} (channels x the mask's "
                      "height x width), found {} x {} x {}",
                      source.num_classes == 2 ? "1 or " : "", source.num_classes, mask.height, mask.width,
                      output.channels, output.height, output.width));
  }

  Score score(const ir::Tensor& output, const std::vector<const ir::Tensor*>& targets, ir::Tensor* grad,
              ThreadPool& threads) const override {
    if (grad) grad->resize(output.shape());
    std::vector<Score> scores(static_cast<std::size_t>(output.images));
    threads.for_each_part(output.images, [&](std::int64_t sample) {
      const float* const labels = targets.at(0)->image(sample);
      const Pixels pixels = pixels_of(output.image(sample), labels, output.height * output.width, output.channels);
      const std::vector<SoftDice> dice = dice_of(pixels, labels);
      double mean = 0;
      for (const SoftDice& one : dice) mean += one.value;
      mean /= static_cast<double>(dice.size());
      Score& score = scores[static_cast<std::size_t>(sample)];
      score = {pixels.loss / static_cast<double>(pixels.count) + (1 - mean), 1};
      count(pixels, labels, score);
      if (grad) write_gradient(pixels, labels, dice, static_cast<double>(output.images), grad->image(sample));
    });
    Score sum;
    for (const Score& score : scores) sum += score;
    return sum;
  }

  double value(const Score& sum) const override {
    if (sum.counts[1] == 0) return 100;  // nothing to find, and nothing found
    return 200.0 * static_cast<double>(sum.counts[0]) / static_cast<double>(sum.counts[1]);
  }

 private:
  // Of classes 1, 2, ...
  static std::vector<SoftDice> dice_of(const Pixels& pixels, const float* labels) {
    if (pixels.channels == 1) return {soft_dice(pixels, labels, 0, 1)};
    std::vector<SoftDice> dice;
    for (std::int64_t c = 1; c < pixels.channels; ++c) dice.push_back(soft_dice(pixels, labels, c, c));
    return dice;
  }

  static void count(const Pixels& pixels, const float* labels, Score& score) {
    for (std::int64_t i = 0; i < pixels.count; ++i) {
      const std::int64_t label = static_cast<std::int64_t>(labels[i]);
      const std::int64_t predicted = pixels.predicted[static_cast<std::size_t>(i)];
      if (label > 0 && label == predicted) ++score.counts[0];
      score.counts[1] += (label > 0 ? 1 : 0) + (predicted > 0 ? 1 : 0);
    }
  }

  // Of the mean loss over `samples`, with respect to the logits.
  static void write_gradient(const Pixels& pixels, const float* labels, const std::vector<SoftDice>& dice,
                             double samples, float* out) {
    const double n = static_cast<double>(pixels.count), classes = static_cast<double>(dice.size());
    for (std::int64_t i = 0; i < pixels.count; ++i) {
      const double* const p = pixels.p.data() + i * pixels.channels;
      const auto label = static_cast<std::int64_t>(labels[i]);
      // How 1 - the mean of the dice changes with the probability of class c >= 1.
      const auto slope = [&](std::int64_t c) {
        const SoftDice& one = dice[static_cast<std::size_t>(c - 1)];
        return -(label == c ? one.slope_inside : one.slope_outside) / classes;
      };
      if (pixels.channels == 1) {
        const double change = (p[0] - (label == 1 ? 1 : 0)) / n + slope(1) * (p[0] * (1 - p[0]));
        out[i] = static_cast<float>(change / samples);
        continue;
      }
      double mean = 0;
      for (std::int64_t c = 1; c < pixels.channels; ++c) mean += slope(c) * p[c];
      for (std::int64_t c = 0; c < pixels.channels; ++c) {
        const double change = (p[c] - (label == c ? 1 : 0)) / n + p[c] * ((c == 0 ? 0 : slope(c)) - mean);
        out[i * pixels.channels + c] = static_cast<float>(change / samples);
      }
    }
  }
};

std::unique_ptr<Objective> make(const Json&) {
  return std::make_unique<DiceBce>();
}

}  // namespace

ObjectiveInfo dice_bce() {
  return {"dice-bce",
          "cross-entropy (of two classes: binary) of every pixel of a mask and 1 - soft Dice; Dice coefficient",
          {},
          make};
}

}  // namespace ampa::objectives
